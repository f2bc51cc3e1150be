//! What a setup must and must not say, by model (SI-20 to SI-25).

use crate::close::Close;
use crate::message::Setup;
use crate::options::{Options, Profile};

/// Members of `generationConfig` that exist, but not on a live connection.
const NOT_LIVE: [&str; 8] = [
    "responseMimeType",
    "responseSchema",
    "responseJsonSchema",
    "stopSequences",
    "responseLogprobs",
    "logprobs",
    "routingConfig",
    "audioTimestamp",
];

/// Checks a setup against the models the stand-in knows.
///
/// # Errors
/// The close that answers a setup the service would refuse.
pub(crate) fn check(setup: &Setup, options: &Options, version: &str) -> Result<(), Close> {
    if setup.model.is_empty() {
        return Err(Close::invalid_argument());
    }
    let known = |id: &str| options.models.iter().any(|model| model == id);
    if !setup.model.strip_prefix("models/").is_some_and(known) {
        return Err(Close::unknown_model(&setup.model, version));
    }
    let config = &setup.generation_config;
    let modalities = &config.response_modalities;
    if modalities.len() > 1 || modalities.iter().any(|modality| modality != "AUDIO") {
        let reason = format!(
            "The requested combination of response modalities ({}) is not supported by the model.",
            modalities.join(", ")
        );
        return Err(Close::new(1007, reason));
    }
    if NOT_LIVE.iter().any(|name| config.rest.contains_key(*name)) || setup.explicit_vad_signal.is_some() {
        return Err(Close::invalid_argument());
    }
    check_thinking(setup, options.profile)?;
    if config.enable_affective_dialog.is_some() && options.profile != Profile::V2_5 {
        return Err(Close::unknown_name("enableAffectiveDialog", "setup.generation_config"));
    }
    match &setup.proactivity {
        Some(proactivity) if options.profile != Profile::V3_8 || !proactivity.proactive_audio => {
            Err(Close::invalid_argument())
        }
        _ => Ok(()),
    }
}

fn check_thinking(setup: &Setup, profile: Profile) -> Result<(), Close> {
    let level = setup.generation_config.thinking_config.thinking_level.as_deref();
    if setup.model.ends_with("-extended-thinking") {
        return match level {
            Some("LOW" | "MEDIUM" | "HIGH") => Ok(()),
            _ => Err(Close::new(1007, "Thinking level must be specified for this model")),
        };
    }
    if level.is_some() && profile == Profile::V3_8 {
        return Err(Close::new(1007, "Thinking level is not supported for this model"));
    }
    Ok(())
}
