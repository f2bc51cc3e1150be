//! What the session page says.

use crate::text::catalogue;

catalogue! {
    /// Texts of the session page.
    enum SessionText {
        // The device check.
        LobbyTitle: "Get ready" | "Prepárate" | "准备开始";
        LobbyFor: "Interview: {}" | "Entrevista: {}" | "面试：{}";
        LobbyLead:
            "You talk with the interviewer by voice. Nothing is sent before you start." |
            "Hablarás con el entrevistador de viva voz. No se envía nada antes de empezar." |
            "你将用语音与面试官交谈。开始之前不会发送任何内容。";
        TipHeadphones:
            "Headphones give the best result." | "Con auriculares se oye mejor." | "使用耳机效果最佳。";
        TipPermission:
            "Your browser will ask to use the microphone." |
            "El navegador te pedirá permiso para usar el micrófono." |
            "浏览器会请求使用麦克风。";
        TipCaptions:
            "Everything said is shown as captions, and you can type instead of talking." |
            "Todo lo que se dice aparece en subtítulos, y puedes escribir en lugar de hablar." |
            "所有对话都会显示字幕，你也可以用打字代替说话。";
        CheckMicrophone: "Check the microphone" | "Probar el micrófono" | "测试麦克风";
        CheckAgain: "Try again" | "Intentar de nuevo" | "重试";
        Asking:
            "Your browser asks whether this page may use the microphone. Choose “Allow”." |
            "El navegador pregunta si esta página puede usar el micrófono. Elige «Permitir»." |
            "浏览器正在询问是否允许使用麦克风，请选择“允许”。";
        Listening:
            "Listening… say a few words, and the bar moves." |
            "Escuchando… di unas palabras y la barra se moverá." |
            "正在聆听……说几句话，音量条会随之移动。";
        HeardYou: "We can hear you." | "Te oímos." | "我们能听到你的声音。";
        StillSilent:
            "Nothing can be heard. Is the microphone muted, or is another one chosen? You can start all the same, and type." |
            "No se oye nada. ¿Está el micrófono silenciado o has elegido otro? Puedes empezar igualmente y escribir." |
            "听不到声音。麦克风是否被静音，或选错了设备？你仍可以开始，并用打字回答。";
        Microphone: "Microphone" | "Micrófono" | "麦克风";
        Speaker: "Loudspeaker" | "Altavoz" | "扬声器";
        SystemDefault: "System default" | "El predeterminado" | "系统默认";
        TestSpeaker: "Play a test sound" | "Reproducir un sonido" | "播放测试音";
        YourLevel: "Your microphone's level" | "Nivel de tu micrófono" | "你的麦克风音量";
        Start: "Start the interview" | "Empezar la entrevista" | "开始面试";
        Rejoin: "Go back into the interview" | "Volver a la entrevista" | "返回面试";
        RejoinLead:
            "This interview is under way. It goes on where you left it." |
            "Esta entrevista está en curso. Sigue donde la dejaste." |
            "此面试正在进行，将从你离开的地方继续。";

        // The conversation.
        Connecting: "Connecting to your interviewer…" | "Conectando con el entrevistador…" | "正在连接面试官……";
        Connected: "Connected" | "Conectado" | "已连接";
        Reconnecting:
            "The connection was lost. Reconnecting… Keep talking if you like: the last seconds are kept." |
            "Se ha perdido la conexión. Reconectando… Puedes seguir hablando: los últimos segundos se guardan." |
            "连接已断开，正在重新连接……你可以继续说，最后几秒会被保留。";
        Offline:
            "This device is offline. The interview goes on as soon as there is a network again." |
            "Este dispositivo no tiene conexión. La entrevista continuará en cuanto vuelva la red." |
            "设备已离线。网络恢复后面试会继续。";
        ModelReconnecting:
            "The interviewer is being reconnected. What you say is kept." |
            "Se está recuperando la conexión con el entrevistador. Lo que digas se conserva." |
            "正在重新连接面试官。你说的话会被保留。";
        Paused: "Paused. Nobody is listening." | "En pausa. Nadie escucha." | "已暂停，没有人在听。";
        Ending: "Ending. Your transcript is being stored…" | "Terminando. Se está guardando la transcripción…" | "正在结束，正在保存文字记录……";
        Finished: "The interview is over. Your transcript is stored." | "La entrevista ha terminado. La transcripción está guardada." | "面试已结束，文字记录已保存。";
        InterviewerSpeaks: "The interviewer is speaking" | "Habla el entrevistador" | "面试官正在说话";
        YouSpeak: "You are speaking" | "Estás hablando" | "你正在说话";
        ListeningToYou: "Listening to you" | "Te escucha" | "正在听你说";
        YouAreMuted: "You are muted" | "Estás en silencio" | "你已静音";
        NoMicrophone: "Type your answers" | "Escribe tus respuestas" | "请打字回答";
        CanInterrupt:
            "You can talk over the interviewer at any time." |
            "Puedes interrumpir al entrevistador en cualquier momento." |
            "你可以随时打断面试官。";
        TimeLeft: "Time left" | "Tiempo restante" | "剩余时间";
        Captions: "Captions" | "Subtítulos" | "字幕";
        NoCaptions:
            "What is said appears here as it is spoken." |
            "Lo que se diga aparecerá aquí al momento." |
            "对话内容会实时显示在这里。";
        Interviewer: "Interviewer" | "Entrevistador" | "面试官";
        You: "You" | "Tú" | "你";
        Announced: "Interviewer: {}" | "Entrevistador: {}" | "面试官：{}";
        Controls: "Interview controls" | "Controles de la entrevista" | "面试控制";
        Mute: "Mute" | "Silenciar" | "静音";
        Unmute: "Unmute" | "Activar micrófono" | "取消静音";
        Pause: "Pause" | "Pausar" | "暂停";
        Resume: "Resume" | "Reanudar" | "继续";
        TypeAnswer: "Type" | "Escribir" | "打字";
        Devices: "Sound" | "Sonido" | "声音";
        End: "End" | "Terminar" | "结束";
        TypedLabel: "Your answer" | "Tu respuesta" | "你的回答";
        Send: "Send" | "Enviar" | "发送";
        TypedEmpty: "Write something first." | "Escribe algo primero." | "请先输入内容。";
        TypedTooLong:
            "This is too long to send at once. Send it in parts." |
            "Es demasiado largo para enviarlo de una vez. Envíalo por partes." |
            "内容过长，请分几次发送。";
        TypedQueueFull:
            "Too many answers are waiting for the connection. Wait until it is back." |
            "Hay demasiadas respuestas esperando la conexión. Espera a que vuelva." |
            "等待发送的回答过多，请等连接恢复。";
        TypedOver: "The interview is ending." | "La entrevista está terminando." | "面试正在结束。";
        ReadOut:
            "Let a screen reader read the interviewer's captions" |
            "Leer los subtítulos del entrevistador con el lector de pantalla" |
            "让屏幕阅读器朗读面试官的字幕";
        Close: "Close" | "Cerrar" | "关闭";
        EndTitle: "End the interview?" | "¿Terminar la entrevista?" | "要结束面试吗？";
        EndBody:
            "Everything said so far is stored. You cannot go back into this interview afterwards." |
            "Todo lo dicho hasta ahora queda guardado. Después no podrás volver a esta entrevista." |
            "到目前为止的对话都会保存。结束后无法再回到这次面试。";
        KeepGoing: "Keep going" | "Seguir" | "继续面试";
        EndNow: "End the interview" | "Terminar la entrevista" | "结束面试";
        SoundBlocked:
            "Your browser holds the sound back." |
            "El navegador ha bloqueado el sonido." |
            "浏览器阻止了声音。";
        TurnOnSound: "Turn on the sound" | "Activar el sonido" | "开启声音";

        // Things to know.
        NoticeModel:
            "The interviewer has trouble answering. It is being mended; you can go on talking." |
            "El entrevistador tiene problemas para responder. Se está solucionando; puedes seguir hablando." |
            "面试官暂时无法正常回答，正在恢复，你可以继续说。";
        NoticeHost:
            "Something went wrong on our side. The interview goes on, and what you said is kept." |
            "Algo ha fallado por nuestra parte. La entrevista sigue y lo que has dicho se conserva." |
            "我们这边出了点问题。面试会继续，你说的话已保留。";
        NoticeSlow:
            "Your network is too slow for your voice: parts of it are lost. Move closer to the router, or type." |
            "Tu red es demasiado lenta para la voz y se pierden partes. Acércate al rúter o escribe." |
            "网络太慢，部分语音已丢失。请靠近路由器，或改用打字。";
        NoticeOtherMicrophone:
            "Your microphone was disconnected. Another one is used now." |
            "Tu micrófono se ha desconectado. Ahora se usa otro." |
            "你的麦克风已断开，现在使用另一个麦克风。";
        NoticeNoSound:
            "Sound cannot be played here. Read the captions, or try another browser." |
            "Aquí no se puede reproducir sonido. Lee los subtítulos o prueba otro navegador." |
            "无法播放声音。请阅读字幕，或换一个浏览器。";

        // The microphone: what happened, what to do.
        MicrophoneUnsupported:
            "This page cannot use a microphone." | "Esta página no puede usar el micrófono." | "此页面无法使用麦克风。";
        MicrophoneUnsupportedMend:
            "Open it over HTTPS in a current browser. You can type your answers meanwhile." |
            "Ábrela por HTTPS en un navegador actual. Mientras tanto puedes escribir tus respuestas." |
            "请用新版浏览器通过 HTTPS 打开。你也可以打字回答。";
        MicrophoneDenied:
            "The microphone is blocked." | "El micrófono está bloqueado." | "麦克风已被禁止。";
        MicrophoneDeniedMend:
            "Allow it in the site settings beside the address, then try again. Or type your answers." |
            "Permítelo en los ajustes del sitio, junto a la dirección, e inténtalo de nuevo. O escribe tus respuestas." |
            "请在地址栏旁的网站设置中允许使用，然后重试。也可以打字回答。";
        MicrophoneAbsent: "No microphone was found." | "No se ha encontrado ningún micrófono." | "未找到麦克风。";
        MicrophoneAbsentMend:
            "Plug one in, or choose one in the system's settings, then try again. Or type your answers." |
            "Conecta uno o elígelo en los ajustes del sistema e inténtalo de nuevo. O escribe tus respuestas." |
            "请插入麦克风，或在系统设置中选择，然后重试。也可以打字回答。";
        MicrophoneBusy:
            "The microphone is in use by something else." |
            "Otra aplicación está usando el micrófono." |
            "麦克风正被其他程序占用。";
        MicrophoneBusyMend:
            "Close the other app or call, then try again. Or type your answers." |
            "Cierra la otra aplicación o llamada e inténtalo de nuevo. O escribe tus respuestas." |
            "请关闭其他应用或通话，然后重试。也可以打字回答。";
        MicrophoneUnplugged:
            "The microphone was disconnected." | "El micrófono se ha desconectado." | "麦克风已断开。";
        MicrophoneUnpluggedMend:
            "Plug it in again, then try again. The interview goes on, and you can type." |
            "Vuelve a conectarlo e inténtalo de nuevo. La entrevista sigue y puedes escribir." |
            "请重新插入后重试。面试仍在继续，你可以打字。";
        MicrophoneFailed: "The microphone did not start." | "El micrófono no se ha iniciado." | "麦克风无法启动。";
        MicrophoneFailedMend:
            "Try again, or restart the browser. You can type your answers meanwhile." |
            "Inténtalo de nuevo o reinicia el navegador. Mientras tanto puedes escribir tus respuestas." |
            "请重试，或重启浏览器。你也可以打字回答。";

        // Why it cannot go on: what happened, what to do.
        TroubleTitle: "The interview cannot go on here" | "La entrevista no puede continuar aquí" | "面试无法在此继续";
        Refused: "You were not let into this interview." | "No se te ha permitido entrar en esta entrevista." | "你未能进入这次面试。";
        RefusedMend:
            "Try again. If it stays like this, sign out and in again; nothing that was said is lost." |
            "Inténtalo de nuevo. Si sigue igual, cierra la sesión y vuelve a entrar; no se pierde nada de lo dicho." |
            "请重试。若仍然如此，请退出后重新登录；已说的内容不会丢失。";
        SignedOut: "You have been signed out." | "Se ha cerrado tu sesión." | "你已退出登录。";
        SignedOutMend:
            "Sign in again, and you come back to this interview." |
            "Vuelve a iniciar sesión y regresarás a esta entrevista." |
            "请重新登录，之后会回到这次面试。";
        Over: "This interview is over." | "Esta entrevista ha terminado." | "这次面试已结束。";
        OverMend:
            "What was said is stored. You find it with the interview." |
            "Lo que se dijo está guardado. Lo encontrarás en la entrevista." |
            "对话内容已保存，可在面试页面查看。";
        Replaced:
            "This interview was opened in another tab or on another device." |
            "Esta entrevista se ha abierto en otra pestaña o en otro dispositivo." |
            "这次面试已在其他标签页或设备上打开。";
        ReplacedMend:
            "It goes on there. You can take it back to this tab." |
            "Continúa allí. Puedes traerla de vuelta a esta pestaña." |
            "面试在那里继续。你可以把它切换回这个标签页。";
        SessionFailed: "The interview had to be stopped." | "La entrevista ha tenido que detenerse." | "面试不得不中止。";
        SessionFailedMend:
            "The interviewer could not be reached any more. What was said is stored with the interview." |
            "Ya no se podía contactar con el entrevistador. Lo que se dijo está guardado en la entrevista." |
            "无法再联系到面试官。已说的内容保存在面试页面。";
        Violation: "This page and the server do not understand each other." | "Esta página y el servidor no se entienden." | "页面与服务器不兼容。";
        ViolationMend:
            "Load the page again to get its newest version." |
            "Recarga la página para obtener la última versión." |
            "请刷新页面以获取最新版本。";
        Unreachable: "The interviewer cannot be reached." | "No se puede contactar con el entrevistador." | "无法联系到面试官。";
        UnreachableMend:
            "Check your connection, then try again." |
            "Comprueba tu conexión e inténtalo de nuevo." |
            "请检查网络后重试。";
        Lost: "The connection was lost for too long." | "La conexión se ha perdido durante demasiado tiempo." | "连接中断时间过长。";
        LostMend:
            "Check your network and try again. What was said is stored; an interview nobody returns to is ended after a minute." |
            "Comprueba la red e inténtalo de nuevo. Lo dicho está guardado; una entrevista a la que nadie vuelve termina al cabo de un minuto." |
            "请检查网络后重试。已说的内容已保存；若无人返回，面试会在一分钟后结束。";
        EndUnconfirmed: "The end was not confirmed." | "No se ha confirmado el final." | "结束未得到确认。";
        EndUnconfirmedMend:
            "The transcript is still being stored. Look at the interview in a moment." |
            "La transcripción aún se está guardando. Mira la entrevista dentro de un momento." |
            "文字记录仍在保存，请稍后查看面试。";
        TryAgain: "Try again" | "Intentar de nuevo" | "重试";
        ContinueHere: "Continue here" | "Continuar aquí" | "在此继续";
        SeeInterview: "See the interview" | "Ver la entrevista" | "查看面试";
        SignIn: "Sign in" | "Iniciar sesión" | "登录";
        Reload: "Load again" | "Recargar" | "刷新";
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn complete() {
        crate::text::check(super::SessionText::ALL);
    }
}
