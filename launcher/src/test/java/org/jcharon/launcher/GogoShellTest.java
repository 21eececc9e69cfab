// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class GogoShellTest {
    @Test
    void tellsTheReasonAndNotItsWrapping() {
        Throwable inner = new IllegalStateException("no CHILD_SA named net\n  at line 2");
        Throwable outer = new InvocationTargetException(new CompletionException(inner));
        assertEquals("no CHILD_SA named net; at line 2", GogoShell.reason(outer));
    }

    @Test
    void namesTheTypeWhenThereIsNoMessage() {
        assertEquals("ArithmeticException", GogoShell.reason(new ArithmeticException()));
        assertEquals("NoClassDefFoundError: x/Y", GogoShell.reason(new NoClassDefFoundError("x/Y")));
    }

    @Test
    void findsTheInnermostCauseInAPrintedStack() {
        String printed = "a.B: outer\n\tat a.B.c(B.java:1)\nCaused by: d.E: port 500 is in use\n\tat d.E.f(E.java:2)\n";
        assertEquals("d.E: port 500 is in use", Readiness.firstLine(printed));
    }
}
