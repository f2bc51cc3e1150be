//! Signing in.

use crate::text::catalogue;

catalogue! {
    /// Texts of the sign-in page.
    enum SignInText {
        Title: "Sign in" | "Iniciar sesión" | "登录";
        Lead:
            "We send a code to your e-mail address. There is no password." |
            "Te enviamos un código por correo electrónico. No hay contraseña." |
            "我们会向你的邮箱发送验证码，无需密码。";
        Email: "E-mail address" | "Correo electrónico" | "电子邮箱";
        SendCode: "Send a code" | "Enviar un código" | "发送验证码";
        Sending: "Sending…" | "Enviando…" | "正在发送…";
        BadEmail:
            "Enter your whole e-mail address, like ada@example.org." |
            "Escribe tu dirección completa, como ada@example.org." |
            "请输入完整的邮箱地址，例如 ada@example.org。";
        CodeSent: "A code is on its way to {}." | "Hemos enviado un código a {}." | "验证码已发送至 {}。";
        CodeHint:
            "It is valid for ten minutes. Look into the spam folder if it does not arrive." |
            "Es válido durante diez minutos. Si no llega, mira en la carpeta de correo no deseado." |
            "有效期十分钟。如未收到，请查看垃圾邮件文件夹。";
        DevelopmentCode:
            "Development without a mail server: the code is {}." |
            "Desarrollo sin servidor de correo: el código es {}." |
            "开发模式，未配置邮件服务器：验证码是 {}。";
        Code: "Six-digit code" | "Código de seis cifras" | "六位验证码";
        BadCode: "The code has six digits." | "El código tiene seis cifras." | "验证码为六位数字。";
        WrongCode:
            "The code is wrong or no longer valid. Check it, or send a new one." |
            "El código es incorrecto o ya no es válido. Compruébalo o pide otro." |
            "验证码错误或已失效。请核对，或重新发送。";
        Enter: "Sign in" | "Entrar" | "登录";
        Entering: "Signing in…" | "Entrando…" | "正在登录…";
        OtherAddress: "Use another address" | "Usar otra dirección" | "换一个邮箱";
        NoMail:
            "This server sends no e-mail, so nobody can sign in with an address. Ask its operator." |
            "Este servidor no envía correo, así que no se puede iniciar sesión con una dirección. Consulta a quien lo administra." |
            "此服务器不发送邮件，因此无法用邮箱登录。请联系管理员。";
        BadAddress:
            "This address cannot receive e-mail. Check it and try again." |
            "Esta dirección no puede recibir correo. Compruébala e inténtalo de nuevo." |
            "该邮箱无法接收邮件。请核对后重试。";
        Or: "or" | "o" | "或";
        Local: "Continue on this machine" | "Continuar en este equipo" | "在本机继续";
        LocalHint:
            "For development: no account, and your interviews stay on this machine." |
            "Para desarrollo: sin cuenta; tus entrevistas se quedan en este equipo." |
            "用于开发：无需账户，面试记录保存在本机。";
        Guest: "Continue as a guest" | "Continuar como invitado" | "以访客身份继续";
        GuestKeeps:
            "The interviews you made as a guest move to your account." |
            "Las entrevistas que hiciste como invitado pasan a tu cuenta." |
            "你以访客身份完成的面试会转入你的账户。";
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn complete() {
        crate::text::check(super::SignInText::ALL);
    }
}
