// SPDX-License-Identifier: Apache-2.0
/** What {@code launcher/quickstart} needs and a fresh machine may lack: certificates, echo requests, a TCP transfer. */
package org.jcharon.launcher.quickstart;
