// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.core.control.Attempts;
import org.jcharon.core.control.Traces;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeSnapshots;
import org.jcharon.core.sa.SaEvents;

/** What SAs report, one line each, and the messages as they were understood or meant. */
final class RecordedEvents implements SaEvents {

    final List<String> lines = new ArrayList<>();
    final List<IkeMessage> sent = new ArrayList<>();
    final List<IkeMessage> received = new ArrayList<>();
    final List<String> alerts = new ArrayList<>();

    private Attempts attempts;

    private Traces traces;

    void traces(Traces value) {
        traces = value;
    }

    @Override
    public void ended(IkeSaInfo last) {
        traces.ended(last);
    }

    void attempts(Attempts value) {
        attempts = value;
    }

    @Override
    public void refused(IkeSaInfo ikeSa, String connection, String reason) {
        attempts.refused(connection, ikeSa.remote().address().getHostAddress(), reason);
    }

    @Override
    public void ikeUpDown(IkeSaInfo ikeSa, boolean up) {
        lines.add("ike " + (up ? "up " : "down ") + ikeSa.name());
    }

    @Override
    public void ikeRekey(IkeSaInfo old, IkeSaInfo fresh) {
        lines.add("ike rekey " + fresh.name());
    }

    @Override
    public void ikeUpdate(IkeSaInfo before, IkeSaInfo now) {
        lines.add(
                "ike update " + before.local() + " - " + before.remote() + " to " + now.local() + " - " + now.remote());
    }

    @Override
    public void ikeState(IkeSaInfo ikeSa) {
        // states are asserted on the SA itself
    }

    @Override
    public void childUpDown(IkeSaInfo ikeSa, ChildSaInfo childSa, boolean up) {
        lines.add("child " + (up ? "up " : "down ") + childSa.name());
    }

    @Override
    public void childRekey(IkeSaInfo ikeSa, ChildSaInfo old, ChildSaInfo fresh) {
        lines.add("child rekey " + fresh.name());
    }

    @Override
    public void message(IkeSa ike, IkeMessage message, boolean incoming) {
        (incoming ? received : sent).add(message);
    }

    @Override
    public void alert(IkeSaInfo ikeSa, String kind, String text) {
        IkeSnapshots.history(ikeSa).ifPresent(history -> history.problem(text));
        alerts.add(kind + ": " + text);
    }
}
