// SPDX-License-Identifier: Apache-2.0
/** Authentication of both sides: AUTH payloads, signature schemes, keys. */
package org.jcharon.core.auth;
