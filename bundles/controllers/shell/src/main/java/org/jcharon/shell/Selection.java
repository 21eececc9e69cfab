// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.List;
import java.util.stream.Stream;
import org.jcharon.api.control.Controller;
import org.jcharon.api.sa.IkeSaInfo;

/** Which SAs a command means. Pure. */
final class Selection {

    private Selection() {}

    /** By options alone; all if there are none. */
    static Controller.Selector explicit(Arguments given) throws CommandFailed {
        return new Controller.Selector(
                given.value("--ike"),
                given.number("--ike-id", 0, Integer.MAX_VALUE),
                given.value("--child"),
                given.number("--child-id", 0, Integer.MAX_VALUE));
    }

    /** By options or a name: of CHILD_SAs or, if there are none, of IKE_SAs. */
    static Controller.Selector of(Controller controller, Arguments given) throws CommandFailed {
        Controller.Selector explicit = explicit(given);
        String name = given.operand();
        if ((name == null) == explicit.equals(Controller.Selector.ALL)) {
            throw given.wrong(name == null ? "" : "either a name or options that choose");
        }
        if (name == null) {
            return explicit;
        }
        try (Stream<IkeSaInfo> all = controller.listSas()) {
            List<IkeSaInfo> sas = all.toList();
            if (sas.stream()
                    .anyMatch(
                            sa -> sa.children().stream().anyMatch(c -> c.name().equals(name)))) {
                return Controller.Selector.child(name);
            }
            if (sas.stream().anyMatch(sa -> sa.name().equals(name))) {
                return Controller.Selector.ike(name);
            }
        }
        throw new CommandFailed("neither a CHILD_SA nor an IKE_SA is called '" + name + "'");
    }
}
