//! The traits of embedded code over the kernel of this machine and over the simulated one: each case is written once,
//! over any backend.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod io;
mod support;
mod tcp;
mod tcp_async;
mod trickle;
mod udp;
mod udp_async;
mod vec;
mod yielding;

#[cfg(target_os = "macos")]
use sock_darwin::Darwin as System;
#[cfg(target_os = "freebsd")]
use sock_freebsd::FreeBsd as System;
#[cfg(target_os = "linux")]
use sock_linux::Linux as System;

/// Makes each function a test of each kernel.
macro_rules! cases {
    ($($module:ident: $($case:ident)+;)+) => {
        #[cfg(any(target_os = "linux", target_os = "freebsd", target_os = "macos"))]
        mod this_kernel {
            $(mod $module {
                $(#[test]
                fn $case() {
                    crate::$module::$case(crate::System);
                })+
            })+
        }

        mod sim {
            $(mod $module {
                $(#[test]
                fn $case() {
                    crate::$module::$case(sock_sim::Sim::new());
                })+
            })+
        }

        /// The simulated kernel with other numbers and layouts.
        mod sim_of_freebsd {
            $(mod $module {
                $(#[test]
                fn $case() {
                    crate::$module::$case(sock_sim::Sim::with_abi(sock_core::abi::FreeBsd));
                })+
            })+
        }
    };
}

cases! {
    io:
        reads_what_there_is_and_then_the_end
        empty_buffers_and_flush_make_no_call
        a_deadline_is_a_time_out
        a_full_stream_waits_for_room_until_the_deadline
        ready_to_read_is_data_or_the_end
        ready_to_write_is_room
        a_reset_is_told_once_and_makes_ready
        writing_to_nobody_is_a_broken_pipe;
    yielding:
        a_poll_makes_one_try_and_asks_for_another
        a_poll_that_is_done_makes_one_call
        empty_buffers_and_flush_make_no_call
        a_deadline_holds
        a_passed_deadline_still_tries
        a_dropped_future_has_taken_nothing
        read_exact_fills_the_buffer_or_says_that_the_stream_ended
        read_exact_keeps_to_one_deadline
        write_all_keeps_to_one_deadline
        two_directions_in_two_tasks
        the_end_of_the_stream
        ready_is_told_without_a_wait;
    tcp:
        a_client_and_a_server
        over_ipv6
        a_connect_goes_on_when_called_again
        another_address_while_connecting_is_refused
        a_refused_connect_can_be_tried_again
        the_end_of_the_stream_is_a_closed_pipe
        an_empty_buffer_is_not_the_end
        a_reset_is_no_end
        what_a_state_cannot_do_is_an_error
        a_bound_socket_has_its_family
        a_taken_port_is_told
        closing_ends_the_stream_of_the_peer;
    udp:
        a_client_and_a_server
        over_ipv6
        a_send_goes_to_the_last_address
        a_peer_can_be_changed
        a_socket_whose_first_connect_failed_is_closed
        a_socket_whose_first_send_failed_is_closed
        a_failed_send_or_connect_is_not_the_last_address
        a_bound_socket_has_its_local_address
        a_cut_datagram_is_an_error
        an_empty_datagram_is_one
        a_connected_socket_sends_to_its_peer_alone
        nothing_comes_to_a_closed_socket
        a_taken_port_is_told;
    tcp_async:
        connects_and_talks
        a_refused_connect_says_so
        a_connect_ends_at_its_deadline
        deadlines_of_the_stack_are_those_of_its_streams;
    udp_async:
        connected_sockets_talk
        a_local_port_can_be_asked_for
        bound_sockets_tell_both_addresses
        one_address_must_be_named
        another_local_address_is_refused
        bound_to_all_addresses
        a_cut_datagram_is_an_error
        a_receive_ends_at_its_deadline;
    vec:
        a_receive_appends
        a_failed_receive_leaves_the_vector
        a_full_vector_makes_no_call
        a_datagram_tells_that_it_was_cut
        a_blocking_receive_appends;
}
