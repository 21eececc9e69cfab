// SPDX-License-Identifier: Apache-2.0
/** The table of IKE_SAs: who may touch one, when, and in which order. */
package org.jcharon.core.manager;
