//! The start page for people who are not signed in.

use crate::text::catalogue;

catalogue! {
    /// Texts of the start page.
    enum WelcomeText {
        Title: "Practise your interview out loud" | "Practica tu entrevista en voz alta" | "开口练习，从容面试";
        Lead:
            "A voice interviewer asks, you answer, and afterwards you read what was said. Ten minutes are enough for a first try." |
            "Un entrevistador te pregunta de viva voz, tú respondes y después lees lo que se dijo. Diez minutos bastan para empezar." |
            "语音面试官提问，你来回答，结束后可阅读完整对话。第一次练习只需十分钟。";
        TryNow: "Try it now" | "Pruébalo ahora" | "立即体验";
        Starting: "One moment…" | "Un momento…" | "请稍候…";
        SignIn: "Sign in" | "Iniciar sesión" | "登录";
        NoAccount:
            "No account needed. Sign in later to keep your interviews." |
            "No hace falta una cuenta. Inicia sesión más tarde para conservar tus entrevistas." |
            "无需账户。之后登录即可保留你的面试记录。";
        TalkTitle: "A conversation, not a form" | "Una conversación, no un formulario" | "真实对话，而非填表";
        Talk:
            "Speak as you would in the room. Interrupt, pause, or type when you cannot talk." |
            "Habla como en una entrevista real. Interrumpe, haz una pausa o escribe cuando no puedas hablar." |
            "像在面试现场一样说话。可以打断、暂停，不方便说话时也能打字。";
        RoleTitle: "About your job" | "Sobre tu puesto" | "围绕你的职位";
        Role:
            "Paste the job advertisement and your résumé, and the questions fit both." |
            "Pega la oferta de empleo y tu currículum, y las preguntas se ajustan a ambos." |
            "粘贴招聘信息和简历，问题会与两者相符。";
        KeptTitle: "Nothing you say is lost" | "Nada de lo que dices se pierde" | "你说的话不会丢失";
        Kept:
            "The network may drop or the tab may close: come back and go on where you were." |
            "Puede caerse la red o cerrarse la pestaña: vuelve y continúa donde estabas." |
            "断网或关闭标签页都没关系：回来就能接着进行。";
        QuickRole: "General interview practice" | "Práctica general de entrevista" | "综合面试练习";
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn complete() {
        crate::text::check(super::WelcomeText::ALL);
    }
}
