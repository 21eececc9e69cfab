// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import org.jcharon.core.message.IkeMessage;

/** Answers an INFORMATIONAL request that asks for nothing, such as a liveness check (RFC 7296 section 1.4). */
final class EmptyResponse implements Task {

    @Override
    public TaskType type() {
        return TaskType.INFORMATIONAL;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        return TaskResult.DONE;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        return TaskResult.DONE;
    }
}
