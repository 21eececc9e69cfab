// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.sa.IkeSa;

/** Makes sure that a peer gets what is sent to its new address before traffic goes there (RFC 4555 section 3.7). */
final class ReturnRoutability implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private Endpoint checked;
    private Cookie2 cookie;

    ReturnRoutability(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_MOBIKE;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.INFORMATIONAL;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        if (!ike.children().isBehind()) {
            return TaskResult.DONE;
        }
        checked = ike.remote();
        cookie = Cookie2.add(ike, out);
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        if (!cookie.isIn(in)) {
            LOG.control(Cookie2.MISMATCH);
            return new TaskResult.Fail(Cookie2.MISMATCH);
        }
        if (ike.state() == IkeSaState.REKEYED) {
            return TaskResult.DONE;
        }
        if (!ike.remote().equals(checked)) {
            // moved on meanwhile: the answer says nothing of where it is now
            return TaskResult.NEED_MORE;
        }
        LOG.more("{} is reachable, moving CHILD_SAs there", checked);
        ike.children().follow();
        return TaskResult.DONE;
    }

    @Override
    public Optional<Task> migrate(IkeSa successor) {
        return Optional.of(new ReturnRoutability(successor));
    }
}
