// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import org.jcharon.vici.message.Section;

/** Answers that many commands have. */
public final class Replies {

    private Replies() {}

    /** It was done. */
    public static Section done() {
        return Section.builder().put("success", "yes").build();
    }

    /** It was not done. */
    public static Section failed(String why) {
        return Section.builder().put("success", "no").put("errmsg", why).build();
    }
}
