// SPDX-License-Identifier: Apache-2.0
/** Messages of the protocol and their octets. */
package org.jcharon.vici.message;
