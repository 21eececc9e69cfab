// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.AuthMethod;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.crypto.PublicKey;

/** Looks for the credentials of both ends of a connection. For one call; waits in the caller's thread. */
final class CredentialChecks {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final CredentialManager credentials;
    private final Instant now;
    private final List<Check> checks = new ArrayList<>();

    CredentialChecks(CredentialManager credentials, Instant now) {
        this.credentials = credentials;
        this.now = now;
    }

    /** Addresses take the place of identities that are not configured; null: not known. */
    List<Check> of(PeerConfig peer, InetAddress local, InetAddress remote) throws CommandFailed {
        AuthConfig ours = first(peer.local());
        AuthConfig theirs = first(peer.remote());
        Identification localId = id(ours, local);
        Identification remoteId = id(theirs, remote);
        if (ours.method() == AuthMethod.PSK || theirs.method() == AuthMethod.PSK) {
            sharedKey(localId, remoteId);
        }
        switch (ours.method()) {
            case PUBKEY -> ownCertificate(ours, localId);
            case EAP ->
                checks.add(Check.missing(
                        "own credentials", "EAP is not available yet", "use 'auth = pubkey' or 'auth = psk'"));
            case PSK -> {}
        }
        if (theirs.method() == AuthMethod.PUBKEY) {
            peersCa(theirs, remoteId);
        } else if (theirs.method() == AuthMethod.EAP) {
            checks.add(Check.missing(
                    "peer's credentials", "EAP is not available yet", "use 'auth = pubkey' or 'auth = psk'"));
        }
        demands(theirs);
        return checks;
    }

    /** Whom core refuses whatever he shows, since nothing here can tell. */
    private void demands(AuthConfig theirs) {
        if (!theirs.groups().isEmpty()) {
            checks.add(Check.missing(
                    "peer's groups",
                    "one of " + theirs.groups() + " is demanded, but nothing tells whose member a peer is",
                    "leave remote.groups away"));
        }
        if (!theirs.certPolicies().isEmpty()) {
            checks.add(Check.missing(
                    "peer's certificate policies",
                    theirs.certPolicies() + " are demanded, but policies are not supported",
                    "leave remote.cert_policy away"));
        }
        if (theirs.revocation().equals("strict")) {
            checks.add(Check.missing(
                    "revocation",
                    "is strict, but nothing tells which certificates are revoked",
                    "use 'revocation = relaxed'"));
        }
    }

    private static AuthConfig first(List<AuthConfig> rounds) {
        return rounds.isEmpty() ? AuthConfig.builder().build() : rounds.get(0);
    }

    private static Identification id(AuthConfig auth, InetAddress address) {
        return auth.id().isAny() && address != null ? Identification.ofAddress(address) : auth.id();
    }

    private void sharedKey(Identification local, Identification remote) throws CommandFailed {
        Optional<SharedKey> key = Waiting.await(credentials.sharedKey(SharedKey.Type.IKE, local, remote), LIMIT);
        String pair = "'" + local + "' - '" + remote + "'";
        if (key.isEmpty()) {
            checks.add(Check.missing(
                    "pre-shared key",
                    "none for " + pair,
                    "add a section 'ike…' to secrets, with 'id' of both sides and 'secret'"));
        } else if (key.get().quality(remote) == Identification.NO_MATCH && !remote.isAny()) {
            checks.add(Check.missing(
                    "pre-shared key",
                    "none names the peer '" + remote + "'; one that names only '" + local + "' would be used",
                    "give the secret an 'id' of the peer"));
        } else {
            checks.add(Check.ok("pre-shared key", "there is one for " + pair));
        }
    }

    private void ownCertificate(AuthConfig ours, Identification id) throws CommandFailed {
        Set<Certificate> candidates = new LinkedHashSet<>(ours.certificates());
        if (candidates.isEmpty()) {
            candidates.addAll(Waiting.await(credentials.certificates(id), LIMIT));
        }
        List<PublicKey> keys = Waiting.await(credentials.privateKeyOwners(), LIMIT);
        if (!ours.publicKeys().isEmpty()) {
            if (keys.stream().anyMatch(key -> ours.publicKeys().contains(key.spki()))) {
                checks.add(Check.ok("own key", "configured without a certificate, with its private key"));
                return;
            }
            if (candidates.isEmpty()) {
                checks.add(Check.missing(
                        "private key", "none belongs to the 'pubkeys' of the connection", "put the key into private/"));
                return;
            }
        }
        Optional<Certificate> usable = candidates.stream()
                .filter(certificate -> keys.contains(certificate.publicKey()))
                .findFirst();
        if (candidates.isEmpty()) {
            checks.add(Check.missing(
                    "own certificate",
                    "none carries '" + id + "'",
                    "put it into x509/, or name it as 'certs' of the connection"));
        } else if (usable.isEmpty()) {
            checks.add(Check.missing(
                    "private key",
                    "none belongs to " + candidates.iterator().next(),
                    "put the key of the certificate into private/"));
        } else if (isInvalid(usable.get())) {
            checks.add(Check.missing(
                    "own certificate",
                    usable.get() + " is valid from " + usable.get().notBefore() + " to "
                            + usable.get().notAfter(),
                    "renew it, or set the clock"));
        } else {
            checks.add(Check.ok("own certificate", usable.get() + ", with its private key"));
            if (!id.isAny() && !usable.get().carries(id)) {
                checks.add(Check.note(
                        "own identity",
                        "'" + id + "' is not in the certificate; '"
                                + usable.get().subject() + "' will be used"));
            }
        }
    }

    private boolean isInvalid(Certificate certificate) {
        return now.isBefore(certificate.notBefore()) || now.isAfter(certificate.notAfter());
    }

    private void peersCa(AuthConfig theirs, Identification id) throws CommandFailed {
        if (!theirs.publicKeys().isEmpty()) {
            checks.add(Check.ok("peer's key", "configured without a certificate"));
            return;
        }
        if (!theirs.certificates().isEmpty() && theirs.caCertificates().isEmpty()) {
            checks.add(Check.ok(
                    "peer's certificate", "configured: " + theirs.certificates().get(0)));
            return;
        }
        List<Certificate> anchors = theirs.caCertificates().isEmpty()
                ? Waiting.await(credentials.trustAnchors(), LIMIT)
                : theirs.caCertificates();
        List<Certificate> valid =
                anchors.stream().filter(anchor -> !isInvalid(anchor)).toList();
        if (valid.isEmpty()) {
            checks.add(Check.missing(
                    "peer's CA",
                    anchors.isEmpty() ? "no CA certificate is loaded" : "no CA certificate is valid now",
                    "put the CA certificate of '" + id + "' into x509ca/, or name it as 'cacerts' of the connection"));
        } else {
            checks.add(Check.ok(
                    "peer's CA",
                    valid.size() == 1
                            ? String.valueOf(valid.get(0).subject())
                            : valid.size() + " CA certificates, such as "
                                    + valid.get(0).subject()));
        }
    }
}
