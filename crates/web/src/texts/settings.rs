//! Settings.

use crate::text::catalogue;

catalogue! {
    /// Texts of the settings.
    enum SettingsText {
        Title: "Settings" | "Ajustes" | "设置";
        You: "You" | "Tú" | "你";
        Name: "Name" | "Nombre" | "姓名";
        NameHint: "What we call you. Optional." | "Cómo te llamamos. Opcional." | "我们如何称呼你，可选。";
        NameTooLong: "At most 100 characters." | "Como máximo 100 caracteres." | "最多 100 个字符。";
        Save: "Save" | "Guardar" | "保存";
        Saving: "Saving…" | "Guardando…" | "正在保存…";
        Saved: "Saved." | "Guardado." | "已保存。";
        Account: "Account" | "Cuenta" | "账户";
        SignedInAs: "Signed in as {}" | "Sesión iniciada como {}" | "已登录：{}";
        Guest: "You are a guest" | "Estás como invitado" | "你是访客";
        GuestBody:
            "Your interviews belong to this browser alone. Sign in with an e-mail address to keep them." |
            "Tus entrevistas pertenecen solo a este navegador. Inicia sesión con un correo para conservarlas." |
            "你的面试只属于这个浏览器。用邮箱登录即可保留。";
        KeepThem: "Sign in and keep them" | "Iniciar sesión y conservarlas" | "登录并保留";
        SignOut: "Sign out" | "Cerrar sesión" | "退出登录";
        SignOutTitle: "Sign out as a guest?" | "¿Cerrar la sesión de invitado?" | "退出访客身份？";
        SignOutBody:
            "Nobody can get back to a guest's interviews: they will be out of reach." |
            "No se puede volver a las entrevistas de un invitado: quedarán fuera de alcance." |
            "退出后将无法再访问该访客的面试记录。";
        Stay: "Stay signed in" | "Seguir con la sesión" | "保持登录";
        Appearance: "Appearance" | "Apariencia" | "外观";
        Language: "Language" | "Idioma" | "语言";
        Theme: "Theme" | "Tema" | "主题";
        System: "As the system" | "Como el sistema" | "跟随系统";
        Light: "Light" | "Claro" | "浅色";
        Dark: "Dark" | "Oscuro" | "深色";
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn complete() {
        crate::text::check(super::SettingsText::ALL);
    }
}
