// SPDX-License-Identifier: Apache-2.0
/** Credentials of all plugins: finding our keys, trusting the peer's. */
package org.jcharon.core.credential;
