//! Which kinds of record the sections of a profile show, and which of their fields.

/// What a section is made of.
pub(super) struct Plan {
    pub(super) kind: &'static str,
    /// Fields that are shown, as the kind's description names them.
    pub(super) fields: &'static [&'static str],
}

pub(super) const SERVICES: Plan = Plan {
    kind: "service",
    fields: &[
        "acronym",
        "kind",
        "reports_to",
        "tasks",
        "staff",
        "territory",
        "founded",
        "website",
        "note",
    ],
};
pub(super) const OPERATIONS: Plan = Plan {
    kind: "operation",
    fields: &[
        "use",
        "summary",
        "limits",
        "means",
        "authorisation",
        "safeguards",
        "oversight",
        "since",
        "note",
    ],
};
pub(super) const CONTROL: Plan = Plan {
    kind: "control-body",
    fields: &[
        "kind",
        "roles",
        "part_of",
        "powers",
        "independence",
        "complaint_link",
        "founded",
        "website",
        "note",
    ],
};
pub(super) const IMPLEMENTATIONS: Plan = Plan {
    kind: "implementation",
    fields: &["status", "measure", "since", "reviewed_by", "note"],
};
pub(super) const ANSWERS: Plan = Plan {
    kind: "answer",
    fields: &["territory_name", "remarks"],
};
pub(super) const CORRESPONDENTS: Plan = Plan {
    kind: "correspondent",
    fields: &[
        "function",
        "languages",
        "mail",
        "phone",
        "available",
        "responsible_for",
        "since",
        "note",
    ],
};
pub(super) const PRACTICES: Plan = Plan {
    kind: "practice",
    fields: &["category", "maturity", "since", "problem", "method"],
};
pub(super) const FINDINGS: Plan = Plan {
    kind: "finding",
    fields: &[
        "body",
        "kind",
        "date",
        "reference",
        "summary",
        "response_status",
        "response_date",
    ],
};
pub(super) const EVENTS: Plan = Plan {
    kind: "event",
    fields: &["kind", "first_day", "last_day", "place", "cancelled"],
};
