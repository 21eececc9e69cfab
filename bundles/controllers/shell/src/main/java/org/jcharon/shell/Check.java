// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thing that a connection needs to come up.
 *
 * @param what a word or two
 * @param found what was looked at and found, for a person
 * @param advice what to do about it; empty if it is there or the text says it
 */
record Check(String what, State state, String found, String advice) {

    /** Whether it is there. */
    enum State {
        OK,
        MISSING,
        /** Worth knowing; the connection can come up all the same. */
        NOTE
    }

    static Check ok(String what, String found) {
        return new Check(what, State.OK, found, "");
    }

    static Check missing(String what, String found, String advice) {
        return new Check(what, State.MISSING, found, advice);
    }

    static Check note(String what, String found) {
        return new Check(what, State.NOTE, found, "");
    }

    Map<String, Object> json() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("check", what);
        map.put("state", state.name());
        map.put("found", found);
        map.put("advice", advice);
        return map;
    }
}
