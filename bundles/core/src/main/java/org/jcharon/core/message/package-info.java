// SPDX-License-Identifier: Apache-2.0
/** IKEv2 messages: payloads, their codecs, and the protection of messages (RFC 7296 section 3, RFC 7383). */
package org.jcharon.core.message;
