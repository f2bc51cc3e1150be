//! What stands around every page.

use crate::text::catalogue;

catalogue! {
    /// Texts of the frame of every page.
    enum ShellText {
        SkipToContent: "Skip to content" | "Saltar al contenido" | "跳到正文";
        Main: "Main" | "Principal" | "主导航";
        Interviews: "Interviews" | "Entrevistas" | "面试";
        Settings: "Settings" | "Ajustes" | "设置";
        SignIn: "Sign in" | "Iniciar sesión" | "登录";
        Loading: "Loading…" | "Cargando…" | "正在加载…";
        TryAgain: "Try again" | "Intentar de nuevo" | "重试";
        StandInNote:
            "Demonstration: a built-in stand-in asks the questions. It waits for you to finish, but does not understand what you say." |
            "Demostración: un entrevistador integrado hace las preguntas. Espera a que termines, pero no entiende lo que dices." |
            "演示模式：由内置的替身面试官提问。它会等你说完，但并不理解你说的内容。";
        NotFoundTitle: "Page not found" | "Página no encontrada" | "页面不存在";
        NotFoundBody:
            "There is nothing at this address. It may have been mistyped, or the link is old." |
            "No hay nada en esta dirección. Puede que esté mal escrita o que el enlace sea antiguo." |
            "这个地址没有内容。可能是输入有误，或链接已经过期。";
        ToStart: "Go to the start page" | "Ir a la página de inicio" | "返回首页";
        ErrorTitle: "PrepPal is not answering" | "PrepPal no responde" | "PrepPal 没有响应";
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn complete() {
        crate::text::check(super::ShellText::ALL);
    }
}
