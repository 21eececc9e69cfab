// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

/** Why a packet was dropped. */
public enum DropReason {
    /** Shorter than a header, or its length field is wrong. */
    BAD_HEADER,
    /** Not IKEv2. */
    BAD_VERSION,
    /** An exchange type that nobody knows. */
    UNKNOWN_EXCHANGE,
    /** Payload chain of an IKE_SA_INIT request is broken. */
    MALFORMED,
    /** No IKE_SA of that SPI. */
    UNKNOWN_SPI,
    /** A cookie was asked for. */
    COOKIE_REQUIRED,
    /** Too many half-open IKE_SAs of one address. */
    BLOCKED_ADDRESS,
    /** Too many half-open IKE_SAs. */
    HALF_OPEN_LIMIT,
    /** Too many jobs wait. */
    JOB_LOAD,
    /** Too many IKE_SAs, or the daemon ends. */
    SA_LIMIT,
    /** Repeats the message that is being processed or waits. */
    DUPLICATE,
    /** Packets lane of the IKE_SA is full. */
    LANE_FULL,
    /** It came to an address of interfaces that the settings exclude. */
    EXCLUDED_INTERFACE,
    /** ESP without anybody to take it. */
    NO_ESP_RECEIVER,
    /** ESP that goes on coming for an SPI that no SA has, from somebody whom we have no IKE_SA to tell so. */
    UNKNOWN_ESP_SPI,
    /** Sending: no socket and the queue is full. */
    NO_SOCKET,
    /** Sending: the system refused. */
    SEND_FAILED,
    /** A fault of ours. */
    INTERNAL
}
