// SPDX-License-Identifier: Apache-2.0
/** Key derivation of IKE_SAs and CHILD_SAs, and what AUTH payloads are computed over (RFC 7296 sections 2.13 to 2.18). */
package org.jcharon.core.keymat;
