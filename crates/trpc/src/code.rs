//! The 21 error codes.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident, $name:literal, $number:literal, $status:literal;)*) => {
        /// Why a call failed, as tRPC names it.
        ///
        /// Five codes share the number -32603, so the name is what tells them apart.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every code, in the order of tRPC's own table.
            pub const ALL: [Self; 21] = [$(Self::$variant,)*];

            /// Returns the name as it stands in `error.data.code`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Returns the JSON-RPC number as it stands in `error.code`.
            pub const fn number(self) -> i32 {
                match self { $(Self::$variant => $number,)* }
            }

            /// Returns the HTTP status of an answer that consists of this error.
            pub const fn http_status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }
        }
    };
}

codes! {
    /// Unreadable JSON; tRPC v11 itself answers `BAD_REQUEST` there.
    ParseError, "PARSE_ERROR", -32700, 400;
    /// The input does not fit.
    BadRequest, "BAD_REQUEST", -32600, 400;
    /// No valid session or secret.
    Unauthorized, "UNAUTHORIZED", -32001, 401;
    /// Payment is due.
    PaymentRequired, "PAYMENT_REQUIRED", -32002, 402;
    /// Known, but not allowed.
    Forbidden, "FORBIDDEN", -32003, 403;
    /// No such procedure or record.
    NotFound, "NOT_FOUND", -32004, 404;
    /// A query was posted, or a mutation fetched.
    MethodNotSupported, "METHOD_NOT_SUPPORTED", -32005, 405;
    /// Took too long.
    Timeout, "TIMEOUT", -32008, 408;
    /// Collides with the present state.
    Conflict, "CONFLICT", -32009, 409;
    /// The state does not allow it.
    PreconditionFailed, "PRECONDITION_FAILED", -32012, 412;
    /// The body is over the limit.
    PayloadTooLarge, "PAYLOAD_TOO_LARGE", -32013, 413;
    /// The body is not JSON.
    UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", -32015, 415;
    /// Understood, and still impossible.
    UnprocessableContent, "UNPROCESSABLE_CONTENT", -32022, 422;
    /// A condition must be sent along.
    PreconditionRequired, "PRECONDITION_REQUIRED", -32028, 428;
    /// Over a rate limit.
    TooManyRequests, "TOO_MANY_REQUESTS", -32029, 429;
    /// The caller hung up.
    ClientClosedRequest, "CLIENT_CLOSED_REQUEST", -32099, 499;
    /// Our fault.
    InternalServerError, "INTERNAL_SERVER_ERROR", -32603, 500;
    /// Not there yet.
    NotImplemented, "NOT_IMPLEMENTED", -32603, 501;
    /// A peer answered wrongly.
    BadGateway, "BAD_GATEWAY", -32603, 502;
    /// Overloaded, or going down.
    ServiceUnavailable, "SERVICE_UNAVAILABLE", -32603, 503;
    /// A peer did not answer in time.
    GatewayTimeout, "GATEWAY_TIMEOUT", -32603, 504;
}

impl Code {
    /// Returns the code of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.name() == name)
    }

    /// Whether the server is to blame: worth an error line in its log.
    pub const fn is_server_fault(self) -> bool {
        self.http_status() >= 500
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_distinct_and_five_share_a_number() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), 21);
        assert_eq!(Code::ALL.iter().filter(|code| code.number() == -32603).count(), 5);
        for code in Code::ALL {
            assert_eq!(Code::from_name(code.name()), Some(code));
        }
        assert_eq!(Code::from_name("NOPE"), None);
    }
}
