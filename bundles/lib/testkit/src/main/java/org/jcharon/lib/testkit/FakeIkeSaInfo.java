// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.testkit;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaId;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Endpoint;

/** An IKE_SA between 192.0.2.1 and 192.0.2.2 of which only name, number, SPIs and state are told apart. Immutable. */
public record FakeIkeSaInfo(String name, long uniqueId, IkeSaId id, IkeSaState state) implements IkeSaInfo {

    private static final InetAddress LOCAL = Addresses.literal("192.0.2.1").orElseThrow();
    private static final InetAddress REMOTE = Addresses.literal("192.0.2.2").orElseThrow();

    /** An established one that we initiated. */
    public static FakeIkeSaInfo established(String name, long uniqueId) {
        return new FakeIkeSaInfo(name, uniqueId, new IkeSaId(uniqueId, ~uniqueId, true), IkeSaState.ESTABLISHED);
    }

    @Override
    public Endpoint local() {
        return new Endpoint(LOCAL, 500);
    }

    @Override
    public Endpoint remote() {
        return new Endpoint(REMOTE, 500);
    }

    @Override
    public Identification localId() {
        return Identification.ofAddress(LOCAL);
    }

    @Override
    public Identification remoteId() {
        return Identification.ofAddress(REMOTE);
    }

    @Override
    public Optional<Proposal> proposal() {
        return Optional.empty();
    }

    @Override
    public boolean natLocal() {
        return false;
    }

    @Override
    public boolean natRemote() {
        return false;
    }

    @Override
    public boolean natFake() {
        return false;
    }

    @Override
    public Optional<Identification> remoteEapId() {
        return Optional.empty();
    }

    @Override
    public List<String> extensions() {
        return List.of();
    }

    @Override
    public Optional<Instant> establishedAt() {
        return Optional.of(FakeTime.START);
    }

    @Override
    public Optional<Instant> rekeyAt() {
        return Optional.empty();
    }

    @Override
    public Optional<Instant> reauthAt() {
        return Optional.empty();
    }

    @Override
    public List<InetAddress> localVirtualIps() {
        return List.of();
    }

    @Override
    public List<InetAddress> remoteVirtualIps() {
        return List.of();
    }

    @Override
    public List<String> tasksQueued() {
        return List.of();
    }

    @Override
    public List<String> tasksActive() {
        return List.of();
    }

    @Override
    public List<String> tasksPassive() {
        return List.of();
    }

    @Override
    public List<ChildSaInfo> children() {
        return List.of();
    }
}
