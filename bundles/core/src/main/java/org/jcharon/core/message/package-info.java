// SPDX-License-Identifier: Apache-2.0
/**
 * IKEv2 messages: payloads, their codecs, and the protection of messages (RFC 7296 section 3, RFC 7383).
 *
 * <p>Decoding runs in fixed steps: header, protection, chain of payloads, rules of the exchange. It never throws; what came out is a
 * {@link org.jcharon.core.message.DecodeResult}, which keeps apart what anybody may have sent (dropped) and what the peer itself got
 * wrong (answered). Tasks may rely on everything that {@code PayloadCodecs}, {@code NotifyRules} and {@code PayloadRules} check and
 * need not look at lengths again.
 *
 * <p>Decisions that may surprise: a transform with an unknown attribute keeps its place under a number that nobody supports, since
 * the API's transforms have no attributes and leaving it out would make an optional transform look absent. The crypter makes its
 * transforms anew for each message: a key schedule costs microseconds, a kept transform would pin its plugin. SPIs of proposals and
 * notifies must have the length of their protocol, numbers of proposals may have gaps, reserved fields are ignored.
 */
package org.jcharon.core.message;
