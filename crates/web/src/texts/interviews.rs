//! The list of interviews, and what an interview is like.

use crate::text::catalogue;

catalogue! {
    /// Texts of the list.
    enum InterviewsText {
        Title: "Your interviews" | "Tus entrevistas" | "你的面试";
        Greeting: "Welcome back, {}" | "Hola de nuevo, {}" | "欢迎回来，{}";
        New: "New interview" | "Nueva entrevista" | "新建面试";
        Quick: "Quick practice" | "Práctica rápida" | "快速练习";
        QuickHint:
            "Ten minutes of general questions, right now." |
            "Diez minutos de preguntas generales, ahora mismo." |
            "马上开始十分钟的综合提问。";
        EmptyTitle: "Your first interview is ten minutes away" | "Tu primera entrevista está a diez minutos" | "十分钟，完成你的第一次面试";
        EmptyBody:
            "Start a quick practice to hear how it feels, or prepare an interview with a job advertisement and your résumé." |
            "Empieza una práctica rápida para ver cómo es, o prepara una entrevista con una oferta de empleo y tu currículum." |
            "先来一次快速练习感受一下，或用招聘信息和简历准备一场面试。";
        Running: "An interview is running" | "Hay una entrevista en curso" | "有一场面试正在进行";
        RunningBody:
            "{} is waiting for you. What you have said so far is kept." |
            "{} te espera. Lo que has dicho hasta ahora está guardado." |
            "“{}”正在等你。你已经说过的内容都已保存。";
        Return: "Return to the interview" | "Volver a la entrevista" | "返回面试";
        Start: "Start" | "Empezar" | "开始";
        Read: "Read transcript" | "Leer transcripción" | "阅读记录";
        Look: "Details" | "Detalles" | "详情";
        Delete: "Delete" | "Eliminar" | "删除";
        DeleteTitle: "Delete this interview?" | "¿Eliminar esta entrevista?" | "删除这场面试？";
        DeleteBody:
            "{} and everything said in it will be gone for good." |
            "{} y todo lo que se dijo se borrarán para siempre." |
            "“{}”及其全部对话将被永久删除。";
        Keep: "Keep it" | "Conservarla" | "保留";
        More: "Show more" | "Mostrar más" | "显示更多";
        Deleted: "The interview was deleted." | "La entrevista se ha eliminado." | "面试已删除。";
        Minutes: "{} minutes" | "{} minutos" | "{} 分钟";
        Pending: "Not started" | "Sin empezar" | "未开始";
        InProgress: "Running" | "En curso" | "进行中";
        Completed: "Finished" | "Terminada" | "已完成";
        Failed: "Broken off" | "Interrumpida" | "已中断";
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn complete() {
        crate::text::check(super::InterviewsText::ALL);
    }
}
