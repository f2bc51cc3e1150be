//! One interview: its transcript, its end.

use crate::text::catalogue;

catalogue! {
    /// Texts of an interview's own pages.
    enum InterviewText {
        Title: "Interview" | "Entrevista" | "面试";
        Back: "All interviews" | "Todas las entrevistas" | "全部面试";
        Created: "Created" | "Creada" | "创建时间";
        Took: "Length" | "Duración" | "时长";
        Language: "Language" | "Idioma" | "语言";
        State: "State" | "Estado" | "状态";
        Transcript: "Transcript" | "Transcripción" | "对话记录";
        You: "You" | "Tú" | "你";
        Interviewer: "Interviewer" | "Entrevistador" | "面试官";
        NothingSaid:
            "Nothing was said in this interview." |
            "En esta entrevista no se dijo nada." |
            "这场面试中没有人说话。";
        NotYet:
            "The transcript appears here when the interview is over." |
            "La transcripción aparecerá aquí cuando termine la entrevista." |
            "面试结束后，记录会显示在这里。";
        Material: "What the interviewer was given" | "Lo que recibió el entrevistador" | "提供给面试官的材料";
        JobDescription: "Job advertisement" | "Oferta de empleo" | "招聘信息";
        Resume: "Résumé" | "Currículum" | "简历";
        Persona: "Interviewer" | "Entrevistador" | "面试官风格";
        Start: "Start the interview" | "Empezar la entrevista" | "开始面试";
        Return: "Return to the interview" | "Volver a la entrevista" | "返回面试";
        Again: "Practise again" | "Practicar otra vez" | "再练一次";
        Read: "Read the transcript" | "Leer la transcripción" | "阅读记录";
        EndedTitle: "Well done, that was the interview" | "Bien hecho, esa fue la entrevista" | "辛苦了，面试结束";
        Storing:
            "The transcript is being stored. You may leave: nothing gets lost." |
            "La transcripción se está guardando. Puedes salir: no se pierde nada." |
            "正在保存对话记录。你可以离开，内容不会丢失。";
        Stored: "The transcript is stored." | "La transcripción está guardada." | "对话记录已保存。";
        ByUser: "You ended the interview." | "Has terminado la entrevista." | "你结束了面试。";
        ByInterviewer: "The interviewer ended the interview." | "El entrevistador terminó la entrevista." | "面试官结束了面试。";
        ByTime: "The time was up." | "Se acabó el tiempo." | "时间到了。";
        ByLeaving:
            "The connection was lost and did not come back, so the interview ended." |
            "Se perdió la conexión y no volvió, así que la entrevista terminó." |
            "连接中断且未恢复，面试因此结束。";
        ByFailure:
            "The conversation could not go on. What was said until then is stored." |
            "La conversación no pudo continuar. Lo dicho hasta entonces está guardado." |
            "对话无法继续。此前说过的内容已保存。";
        ByShutdown:
            "The server was shut down, so the interview ended. What was said is stored." |
            "El servidor se apagó y la entrevista terminó. Lo dicho está guardado." |
            "服务器关闭，面试因此结束。说过的内容已保存。";
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn complete() {
        crate::text::check(super::InterviewText::ALL);
    }
}
