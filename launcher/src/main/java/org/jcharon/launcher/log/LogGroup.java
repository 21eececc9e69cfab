// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher.log;

/** One of strongSwan's log groups with its maximum level. Any thread. */
final class LogGroup {
    private final String name;

    /** Publishes nothing but itself: each log call reads it once and compares. */
    private volatile int level;

    LogGroup(String name, int level) {
        this.name = name;
        this.level = level;
    }

    String name() {
        return name;
    }

    int level() {
        return level;
    }

    void level(int newLevel) {
        level = newLevel;
    }

    boolean passes(int recordLevel) {
        return recordLevel <= level;
    }
}
