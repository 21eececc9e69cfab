// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests with daemons in namespaces: skipped with the reason where that cannot be had; a failure shows the daemons' logs. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Requirements.class)
@interface Interop {

    /** Programs that must be there, beside those that make namespaces. */
    String[] programs() default {"charon-systemd", "swanctl", "pki", "ping"};
}
