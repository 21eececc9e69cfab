// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.daemon;

import org.jcharon.api.bus.MessageListener;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.core.bus.BusService;
import org.jcharon.core.control.Attempts;
import org.jcharon.core.control.Traces;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeSnapshots;
import org.jcharon.core.sa.SaEvents;

/** The bus as IKE_SAs see it. */
record BusEvents(BusService bus, Attempts attempts, Traces traces) implements SaEvents {

    private record Message(
            IkeSaInfo ikeSa, int exchangeType, boolean request, long messageId, boolean incoming, String summary)
            implements MessageListener.MessageEvent {}

    @Override
    public void ikeUpDown(IkeSaInfo ikeSa, boolean up) {
        bus.ikeUpDown(ikeSa, up);
    }

    @Override
    public void ikeRekey(IkeSaInfo old, IkeSaInfo fresh) {
        bus.ikeRekey(old, fresh);
    }

    @Override
    public void ikeUpdate(IkeSaInfo before, IkeSaInfo now) {
        bus.ikeUpdate(before, now);
    }

    @Override
    public void ikeState(IkeSaInfo ikeSa) {
        bus.ikeState(ikeSa);
    }

    @Override
    public void childUpDown(IkeSaInfo ikeSa, ChildSaInfo childSa, boolean up) {
        bus.childUpDown(ikeSa, childSa, up);
    }

    @Override
    public void childRekey(IkeSaInfo ikeSa, ChildSaInfo old, ChildSaInfo fresh) {
        bus.childRekey(ikeSa, old, fresh);
    }

    @Override
    public void message(IkeSa ike, IkeMessage message, boolean incoming) {
        if (bus.observesMessages()) {
            bus.message(new Message(
                    ike.snapshot(),
                    message.exchangeType().value(),
                    !message.response(),
                    message.messageId(),
                    incoming,
                    message.summary()));
        }
    }

    @Override
    public void refused(IkeSaInfo ikeSa, String connection, String reason) {
        String identity = ikeSa.remoteId().isAny() ? "" : " '" + ikeSa.remoteId() + "'";
        attempts.refused(connection, Addresses.text(ikeSa.remote().address()) + identity, reason);
    }

    @Override
    public void ended(IkeSaInfo last) {
        traces.ended(last);
    }

    @Override
    public void alert(IkeSaInfo ikeSa, String kind, String text) {
        IkeSnapshots.history(ikeSa).ifPresent(history -> history.problem(text));
        bus.alert(ikeSa, kind, text);
    }
}
