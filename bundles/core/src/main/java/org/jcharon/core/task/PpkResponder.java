// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.auth.PeerVerifier;
import org.jcharon.core.keymat.IkeKeys;
import org.jcharon.core.message.AuthPayload;
import org.jcharon.core.message.IdPayload;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.PpkIdentity;
import org.jcharon.core.sa.Extension;
import org.jcharon.core.sa.IkeSa;

/**
 * The postquantum preshared key of an authentication that the peer initiates (RFC 8784 section 3 and its table 1): what a connection makes
 * of the key that the peer names. Keys with it mixed in belong to this object until {@link #settle}. Lease held.
 */
final class PpkResponder implements AutoCloseable {

    private static final Log LOG = Log.of("ike");

    /** How the peer is to be verified for one connection; {@code refusal} if it is not, without verifier then. */
    record Attempt(PeerVerifier verifier, String refusal) {}

    private final IkeSa ike;
    private final Optional<Identification> named;
    private final Optional<Chunk> authWithoutPpk;
    private IkeKeys mixed;
    private PeerVerifier withPpk;
    private PeerVerifier withoutPpk;
    private boolean used;

    private PpkResponder(IkeSa ike, Optional<Identification> named, Optional<Chunk> authWithoutPpk) {
        this.ike = ike;
        this.named = named;
        this.authWithoutPpk = authWithoutPpk;
    }

    /** Reads what the request says of a key; nothing, unless both sides announced that they use keys. */
    static PpkResponder of(IkeSa ike, IkeMessage request) throws IkeProtocolException {
        Optional<NotifyPayload> identity = request.notify(NotifyType.PPK_IDENTITY);
        if (!ike.supports(Extension.PPK) || identity.isEmpty()) {
            return new PpkResponder(ike, Optional.empty(), Optional.empty());
        }
        Identification id = PpkIdentity.of(identity.get().data()).identification();
        return new PpkResponder(
                ike, Optional.of(id), request.notify(NotifyType.NO_PPK_AUTH).map(NotifyPayload::data));
    }

    /** Takes the key out of those that there are, and makes ready what AUTH may be: each once, however many connections there are. */
    void prepare(List<SharedKey> ppks, AuthPayload auth, IdPayload idi) {
        named.flatMap(id -> PpkKeys.find(ppks, id)).ifPresent(key -> {
            mixed = PpkKeys.mix(ike, key);
            withPpk = AuthContext.verifier(ike, mixed, auth, idi);
        });
        if (named.isEmpty()) {
            withoutPpk = AuthContext.verifier(ike, ike.keys(), auth, idi);
        } else if (authWithoutPpk.isPresent()) {
            AuthPayload plain = new AuthPayload(auth.method(), authWithoutPpk.get());
            withoutPpk = AuthContext.verifier(ike, ike.keys(), plain, idi);
        }
    }

    private boolean isUsedBy(PeerConfig config) {
        boolean meant = !PpkInitiator.isConfigured(config)
                || named.filter(id -> id.matches(Identification.parse(config.ppkId())))
                        .isPresent();
        return withPpk != null && meant;
    }

    /** What AUTH must be for a connection. Once {@link #prepare} is through any thread may ask. */
    Attempt attempt(PeerConfig config) {
        if (isUsedBy(config)) {
            return new Attempt(withPpk, "");
        }
        if (config.ppkRequired()) {
            return refused(
                    named.map(id -> "no PPK for '" + id + "' found").orElse("peer did not use one"),
                    "PPK required but ");
        }
        if (withoutPpk == null) {
            return refused("no PPK for '" + named.orElseThrow() + "' found, and peer demands one", "");
        }
        named.ifPresent(id -> LOG.control("no PPK for '{}' found, ignored because PPK is not required", id));
        return new Attempt(withoutPpk, "");
    }

    private static Attempt refused(String why, String before) {
        LOG.control("{}{}", before, why);
        return new Attempt(null, before + why);
    }

    /** The peer is authenticated by a connection: from here on the IKE_SA has the keys that this was done with. */
    void settle(PeerConfig config) {
        if (isUsedBy(config)) {
            LOG.control("using PPK for PPK_ID '{}'", named.orElseThrow());
            ike.history().agreed("postquantum preshared key '" + named.orElseThrow() + "'");
            ike.mixedKeys(mixed);
            mixed = null;
            used = true;
        }
        close();
    }

    /** Tells the peer that we used the key. */
    void addTo(MessageBuilder out) {
        if (used) {
            out.notify(NotifyType.PPK_IDENTITY);
        }
    }

    /** Wipes keys that are not in use. */
    @Override
    public void close() {
        if (mixed != null) {
            mixed.close();
            mixed = null;
        }
    }
}
