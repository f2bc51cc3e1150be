//! What goes wrong with a call: what happened, and what to do.

use crate::text::catalogue;

catalogue! {
    /// Texts of failed calls.
    enum ComplaintText {
        SignedOut:
            "You have been signed out. Sign in again to go on." |
            "Se ha cerrado tu sesión. Vuelve a iniciar sesión para continuar." |
            "你已退出登录。请重新登录后继续。";
        NotFound:
            "This interview does not exist, or it belongs to another account." |
            "Esta entrevista no existe o pertenece a otra cuenta." |
            "此面试不存在，或属于其他账户。";
        Unreachable:
            "PrepPal cannot be reached. Check your connection and try again." |
            "No se puede contactar con PrepPal. Comprueba tu conexión e inténtalo de nuevo." |
            "无法连接到 PrepPal。请检查网络后重试。";
        Broken:
            "Something went wrong on our side. Wait a moment and try again." |
            "Algo ha fallado por nuestra parte. Espera un momento e inténtalo de nuevo." |
            "我们这边出了点问题。请稍候再试。";
        TooMany:
            "Too many tries. Wait an hour, then try again." |
            "Demasiados intentos. Espera una hora e inténtalo de nuevo." |
            "尝试次数过多。请一小时后再试。";
        Forbidden:
            "This is not allowed here. Sign in with your e-mail address instead." |
            "Esto no está permitido aquí. Inicia sesión con tu correo electrónico." |
            "此处不允许该操作。请改用电子邮件登录。";
        NotNow:
            "This is not possible any more. Reload the page to see how things stand." |
            "Esto ya no es posible. Recarga la página para ver el estado actual." |
            "当前状态已不允许此操作。请刷新页面查看最新状态。";
        Refused:
            "This was not accepted. Check what you entered and try again." |
            "No se ha aceptado. Revisa lo que has escrito e inténtalo de nuevo." |
            "内容未被接受。请检查输入后重试。";
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn complete() {
        crate::text::check(super::ComplaintText::ALL);
    }
}
