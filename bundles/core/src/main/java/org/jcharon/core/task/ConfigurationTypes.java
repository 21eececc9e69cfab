// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

/** CFG Types of CP payloads (RFC 7296 section 3.15). */
final class ConfigurationTypes {

    static final int REQUEST = 1;
    static final int REPLY = 2;

    private ConfigurationTypes() {}
}
