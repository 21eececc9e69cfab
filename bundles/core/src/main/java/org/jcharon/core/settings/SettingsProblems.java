// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.settings;

import java.util.List;

/** What is wrong with the settings as a whole, shown with the status of the daemon, which runs without them. For core only; any thread. */
public interface SettingsProblems {

    /** A line each, with file and line; empty if all is well. */
    List<String> problems();
}
