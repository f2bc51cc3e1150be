//! Preparing an interview.

use crate::text::catalogue;

catalogue! {
    /// Texts of the form.
    enum NewInterviewText {
        Title: "New interview" | "Nueva entrevista" | "新建面试";
        Lead:
            "Only the role is needed. The more the interviewer knows, the better the questions fit." |
            "Solo hace falta el puesto. Cuanto más sepa el entrevistador, mejor encajarán las preguntas." |
            "只需填写职位。面试官了解得越多，问题就越贴切。";
        Role: "Role you are applying for" | "Puesto al que te presentas" | "应聘职位";
        RoleHint: "For instance: Senior Rust engineer" | "Por ejemplo: ingeniera de Rust sénior" | "例如：高级 Rust 工程师";
        NoRole: "Say which role you are practising for." | "Indica para qué puesto practicas." | "请填写你要练习的职位。";
        RoleTooLong: "Keep the role under 500 characters." | "El puesto debe tener menos de 500 caracteres." | "职位请不要超过 500 个字符。";
        JobDescription: "Job advertisement" | "Oferta de empleo" | "招聘信息";
        JobDescriptionHint:
            "Paste it here. Optional." |
            "Pégala aquí. Opcional." |
            "粘贴到此处，可选。";
        Resume: "Your résumé" | "Tu currículum" | "你的简历";
        ResumeHint:
            "Paste the text. Optional; only the interviewer and you see it." |
            "Pega el texto. Opcional; solo lo ven el entrevistador y tú." |
            "粘贴文本，可选；只有面试官和你能看到。";
        TooLong:
            "This is too long: at most 100,000 characters." |
            "Es demasiado largo: como máximo 100.000 caracteres." |
            "内容过长：最多 100,000 个字符。";
        Persona: "Interviewer" | "Entrevistador" | "面试官风格";
        Balanced: "Balanced" | "Equilibrado" | "平衡";
        BalancedHint: "Calm, fair and curious" | "Tranquilo, justo y curioso" | "沉稳、公正、好奇";
        Friendly: "Friendly" | "Amable" | "友好";
        FriendlyHint: "Puts you at ease" | "Te tranquiliza" | "让你放松";
        Demanding: "Demanding" | "Exigente" | "严格";
        DemandingHint: "Direct, asks for specifics" | "Directo, pide detalles" | "直接，追问细节";
        OwnWords: "In your own words" | "Con tus palabras" | "自定义";
        OwnWordsHint: "Describe the interviewer" | "Describe al entrevistador" | "描述你想要的面试官";
        OwnWordsLabel: "How does the interviewer behave?" | "¿Cómo se comporta el entrevistador?" | "面试官是怎样的人？";
        PersonaTooLong: "Keep it under 500 characters." | "Debe tener menos de 500 caracteres." | "请不要超过 500 个字符。";
        Language: "Language of the interview" | "Idioma de la entrevista" | "面试语言";
        Duration: "Length" | "Duración" | "时长";
        Create: "Create and check your microphone" | "Crear y comprobar el micrófono" | "创建并检查麦克风";
        Creating: "Creating…" | "Creando…" | "正在创建…";
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn complete() {
        crate::text::check(super::NewInterviewText::ALL);
    }
}
