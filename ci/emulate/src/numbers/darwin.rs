//! What Darwin alone has.

use crate::{constants, layouts};

constants! {
    /// What Darwin alone has.
    DarwinOnly:
    MSG_NBIO SO_NP_EXTENSIONS SONPX_SETOPTSHUT SO_LINGER_SEC TCP_KEEPALIVE TCP_NOTSENT_LOWAT EV_OOBAND SAE_ASSOCID_ANY CTL_NET PF_LINK
    NETLINK_GENERIC IFMIB_SYSTEM IFMIB_IFDATA IFMIB_IFCOUNT IFDATA_GENERAL CONNECT_RESUME_ON_READ_WRITE
    CONNECT_DATA_IDEMPOTENT
}

layouts! {
    /// Structures of Darwin alone.
    DarwinLayouts:
    kevent { ident filter flags fflags data udata }
    sa_endpoints { sae_srcif sae_srcaddr sae_srcaddrlen sae_dstaddr sae_dstaddrlen }
    so_np_extensions { npx_flags npx_mask }
    ifmibdata { ifmd_name }
}
