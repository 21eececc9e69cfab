// SPDX-License-Identifier: Apache-2.0
/** IKE_SAs: state, identities, timers, CHILD_SAs. */
package org.jcharon.core.sa;
