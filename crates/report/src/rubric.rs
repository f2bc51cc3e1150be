//! What is judged, and what each mark means. `docs/report.md` publishes it; a test holds the two together.

/// A set of dimensions for one kind of interview.
#[derive(Debug, PartialEq, Eq)]
pub struct Rubric {
    /// How it is named in reports.
    pub id: &'static str,
    /// Six to nine.
    pub dimensions: &'static [Dimension],
}

/// One thing that is judged, from 1 to 5.
#[derive(Debug, PartialEq, Eq)]
pub struct Dimension {
    /// How it is named in reports.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What is looked at.
    pub looks_at: &'static str,
    /// What a 1 is.
    pub one: &'static str,
    /// What a 3 is.
    pub three: &'static str,
    /// What a 5 is.
    pub five: &'static str,
}

const STRUCTURE: Dimension = Dimension {
    id: "structure",
    name: "Structure",
    looks_at: "whether answers have an order that a listener can follow",
    one: "no order can be told",
    three: "an order, lost now and then",
    five: "situation, task, action and result, or a clear order of another kind, in every longer answer",
};
const RELEVANCE: Dimension = Dimension {
    id: "relevance",
    name: "Relevance",
    looks_at: "whether what was asked was answered",
    one: "answers to other questions",
    three: "answers the question after detours",
    five: "answers the question first, and stays with it",
};
const EVIDENCE: Dimension = Dimension {
    id: "evidence",
    name: "Evidence and impact",
    looks_at: "examples, numbers and results behind statements",
    one: "statements only",
    three: "examples without results",
    five: "concrete examples with results that are measured",
};
const DEPTH: Dimension = Dimension {
    id: "depth",
    name: "Depth",
    looks_at: "whether the candidate knows why, and not only what",
    one: "the surface",
    three: "reasons where they are asked for",
    five: "reasons, limits and alternatives unasked",
};
const COMMUNICATION: Dimension = Dimension {
    id: "communication",
    name: "Communication",
    looks_at: "clear, plain and short speech for this listener",
    one: "hard to follow",
    three: "clear with effort",
    five: "clear at once, at the right length",
};
const ROLE_FIT: Dimension = Dimension {
    id: "roleFit",
    name: "Role fit",
    looks_at: "how the experience shown meets what the position asks for",
    one: "what was shown has little to do with it",
    three: "meets some of it",
    five: "meets what matters most, and says so",
};
const OWNERSHIP: Dimension = Dimension {
    id: "ownership",
    name: "Ownership",
    looks_at: "what the candidate did themselves, and answers for",
    one: "only what others did",
    three: "own part named when asked",
    five: "own part, decisions and mistakes named unasked",
};
const REFLECTION: Dimension = Dimension {
    id: "reflection",
    name: "Reflection",
    looks_at: "what was learned, and what would be done otherwise",
    one: "nothing",
    three: "a lesson when asked for one",
    five: "lessons that changed what was done later",
};
const COLLABORATION: Dimension = Dimension {
    id: "collaboration",
    name: "Working with people",
    looks_at: "how others were heard, won and helped",
    one: "others do not appear",
    three: "others appear, their views do not",
    five: "views of others, disagreement and how it was settled",
};
const TRADE_OFFS: Dimension = Dimension {
    id: "tradeOffs",
    name: "Trade-offs",
    looks_at: "how technical choices were weighed",
    one: "choices without reasons",
    three: "one alternative weighed",
    five: "alternatives, costs and when the choice would be another",
};
const DIRECTION: Dimension = Dimension {
    id: "direction",
    name: "Direction",
    looks_at: "how goals were set, and people brought to them",
    one: "tasks were handed on",
    three: "goals were set",
    five: "goals, reasons and people's growth brought together",
};

const GENERAL: Rubric = Rubric {
    id: "general",
    dimensions: &[STRUCTURE, RELEVANCE, EVIDENCE, DEPTH, COMMUNICATION, ROLE_FIT, REFLECTION],
};
const TECHNICAL: Rubric = Rubric {
    id: "technical",
    dimensions: &[STRUCTURE, RELEVANCE, EVIDENCE, DEPTH, TRADE_OFFS, OWNERSHIP, COMMUNICATION, ROLE_FIT],
};
const LEADERSHIP: Rubric = Rubric {
    id: "leadership",
    dimensions: &[
        STRUCTURE,
        RELEVANCE,
        EVIDENCE,
        DIRECTION,
        COLLABORATION,
        OWNERSHIP,
        REFLECTION,
        COMMUNICATION,
        ROLE_FIT,
    ],
};

/// Words in a role, or in how the interviewer is told to behave, that make an interview one about leading people.
const LEADS: &[&str] = &[
    "manager",
    "director",
    "head",
    "lead",
    "chief",
    "vp",
    "cto",
    "ceo",
    "gerente",
    "director",
    "directora",
    "jefe",
    "jefa",
    "经理",
    "总监",
    "主管",
];

/// Words that make it a technical one.
const BUILDS: &[&str] = &[
    "engineer",
    "developer",
    "programmer",
    "architect",
    "scientist",
    "sre",
    "devops",
    "technical",
    "technician",
    "ingeniero",
    "ingeniera",
    "desarrollador",
    "desarrolladora",
    "técnico",
    "técnica",
    "工程师",
    "开发",
    "程序员",
    "技术",
];

impl Rubric {
    /// Every rubric.
    pub const ALL: [&'static Self; 3] = [&GENERAL, &TECHNICAL, &LEADERSHIP];

    /// Chooses by the words of role and persona; a role that leads engineers is judged as leading.
    pub fn of(role: &str, persona: &str) -> &'static Self {
        let text = format!("{role} {persona}").to_lowercase();
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        // Chinese has no spaces: a word of it is looked for anywhere.
        let has = |known: &&str| if known.is_ascii() { words.contains(known) } else { text.contains(known) };
        if LEADS.iter().any(has) {
            &LEADERSHIP
        } else if BUILDS.iter().any(has) {
            &TECHNICAL
        } else {
            &GENERAL
        }
    }

    /// Returns the dimension of that id.
    pub fn dimension(&self, id: &str) -> Option<&'static Dimension> {
        self.dimensions.iter().find(|dimension| dimension.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rubric_is_published_and_has_six_to_nine_dimensions() {
        let document = include_str!("../../../docs/report.md");
        for rubric in Rubric::ALL {
            assert!((6..=9).contains(&rubric.dimensions.len()), "{}", rubric.id);
            for dimension in rubric.dimensions {
                for text in
                    [dimension.name, dimension.looks_at, dimension.one, dimension.three, dimension.five]
                {
                    assert!(document.contains(text), "{}: {text}", dimension.id);
                }
            }
        }
    }

    #[test]
    fn the_role_chooses_the_rubric() {
        for (role, persona, id) in [
            ("Cook", "", "general"),
            ("Senior Rust Engineer", "", "technical"),
            ("Engineering Manager", "", "leadership"),
            ("Analyst", "Run a technical interview.", "technical"),
            ("后端工程师", "", "technical"),
            ("产品经理", "", "leadership"),
            ("Leader of the misled", "", "general"),
        ] {
            assert_eq!(Rubric::of(role, persona).id, id, "{role}");
        }
    }
}
