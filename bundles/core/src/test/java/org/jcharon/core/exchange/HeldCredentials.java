// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.PrivateKey;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.auth.PeerCredentials;

/** Credentials whose pre-shared keys come only when the test says so, once {@link #hold} was called. */
final class HeldCredentials implements PeerCredentials {

    private record Held(CompletableFuture<List<SharedKey>> stage, CompletionStage<List<SharedKey>> answer) {}

    private final PeerCredentials real;
    private final List<Held> held = new ArrayList<>();
    private boolean holding;

    HeldCredentials(PeerCredentials real) {
        this.real = real;
    }

    void hold() {
        holding = true;
    }

    /** Lets everything go that is held, and holds no more. */
    void release() {
        holding = false;
        List<Held> waiting = List.copyOf(held);
        held.clear();
        waiting.forEach(entry -> entry.answer.whenComplete((keys, failure) -> entry.stage.complete(keys)));
    }

    int waiting() {
        return held.size();
    }

    @Override
    public CompletionStage<List<SharedKey>> sharedKeys(Identification local, Identification remote) {
        CompletionStage<List<SharedKey>> answer = real.sharedKeys(local, remote);
        if (!holding) {
            return answer;
        }
        Held entry = new Held(new CompletableFuture<>(), answer);
        held.add(entry);
        return entry.stage;
    }

    @Override
    public CompletionStage<List<SharedKey>> ppks() {
        return real.ppks();
    }

    @Override
    public CompletionStage<Optional<LocalCredential>> localCredential(
            AuthConfig local, Identification id, List<Chunk> requestedAuthorities) {
        return real.localCredential(local, id, requestedAuthorities);
    }

    @Override
    public CompletionStage<Optional<PrivateKey>> rawKey(AuthConfig local) {
        return real.rawKey(local);
    }

    @Override
    public CompletionStage<TrustedKeys> trustedKeys(Identification id, AuthConfig remote, List<Certificate> received) {
        return real.trustedKeys(id, remote, received);
    }

    @Override
    public CompletionStage<Map<Chunk, Certificate>> authorities(List<Certificate> demanded) {
        return real.authorities(demanded);
    }

    /** Certificates of peers that were looked at. */
    int decoded;

    @Override
    public Optional<Certificate> decode(Chunk der) {
        decoded++;
        return real.decode(der);
    }
}
