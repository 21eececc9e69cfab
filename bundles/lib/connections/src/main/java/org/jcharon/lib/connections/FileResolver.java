// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialDecoder;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.DecodedCredential;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.credential.SoftwarePrivateKey;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfSection;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/** Reads the credential files of one loading. Used by one thread; {@link #close()} wipes the passwords, not the keys handed out. */
public final class FileResolver implements CredentialResolver, AutoCloseable {

    private static final int MAX_OCTETS = 1 << 20;
    private static final int MAX_FILES = 10_000;

    private final Path folder;
    private final CredentialManager credentials;
    private final CryptoRegistry crypto;
    private final Map<Path, List<Certificate>> read = new LinkedHashMap<>();
    private final Map<Path, Secret> passwords = new LinkedHashMap<>();
    private final Map<Path, ConfSection.Place> named = new LinkedHashMap<>();
    private boolean decoderMissing;

    /** Relative names start from the folders of their kinds in {@code folder}. */
    public FileResolver(Path folder, CredentialManager credentials, CryptoRegistry crypto) {
        this.folder = folder;
        this.credentials = credentials;
        this.crypto = crypto;
    }

    /** Whether something failed that a plugin which comes later may be able to read. */
    public boolean decoderMissing() {
        return decoderMissing;
    }

    @Override
    public List<Certificate> certificates(Kind kind, String file, ConfSection.Place place) throws ConfException {
        return certificates(kind, path(kind, file, place), place);
    }

    @Override
    public List<Chunk> publicKeys(String file, ConfSection.Place place) throws ConfException {
        Path path = path(Kind.PUBKEY, file, place);
        List<Chunk> all = decode(CredentialDecoder.Kind.PUBLIC_KEY, path, null, place).stream()
                .map(DecodedCredential::publicKey)
                .filter(Objects::nonNull)
                .toList();
        if (all.isEmpty()) {
            throw error(place, path, "no public key in it", null);
        }
        return all;
    }

    @Override
    public void privateKey(Kind kind, String file, Secret password, ConfSection.Place place) throws ConfException {
        Path path = null;
        try {
            path = path(kind, file, place);
            if (!Files.isRegularFile(path)) {
                throw new ConfException(place, path + (Files.exists(path) ? " is no file" : " does not exist"));
            }
        } finally {
            if (password != null) {
                Secret before = passwords.put(path == null ? Path.of("") : path, password);
                if (before != null) {
                    before.close();
                }
            }
        }
        named.put(path, place);
    }

    /** All certificates of the files in a folder, in the order of their names. */
    public List<Certificate> certificatesIn(Kind kind) throws ConfException {
        List<Certificate> all = new ArrayList<>();
        for (Path file : files(kind)) {
            all.addAll(certificates(kind, file, new ConfSection.Place(file.toString(), 1)));
        }
        return all;
    }

    /** What stands among the authorities becomes a trust anchor, and has to be one. */
    private List<Certificate> certificates(Kind kind, Path file, ConfSection.Place place) throws ConfException {
        List<Certificate> found = certificates(file, place);
        for (Certificate certificate : found) {
            if (kind == Kind.X509CA && !certificate.isCa()) {
                throw error(
                        place,
                        file,
                        "certificate '" + certificate.subject() + "' is of no authority: it has no CA basic constraint",
                        null);
            }
        }
        return found;
    }

    /** All private keys: those that the configuration names and those in the folders. Adds to {@code into}, which owns them. */
    public void privateKeys(List<SoftwarePrivateKey> into) throws ConfException {
        Set<Path> files = new LinkedHashSet<>(named.keySet());
        for (Kind kind : List.of(Kind.PRIVATE, Kind.RSA, Kind.ECDSA, Kind.PKCS8)) {
            files.addAll(files(kind));
        }
        for (Path file : files) {
            ConfSection.Place place = named.getOrDefault(file, new ConfSection.Place(file.toString(), 1));
            boolean any = false;
            for (DecodedCredential found :
                    decode(CredentialDecoder.Kind.PRIVATE_KEY, file, passwords.get(file), place)) {
                if (found.privateKey() != null) {
                    into.add(key(found.privateKey(), file, place));
                    any = true;
                }
            }
            if (!any) {
                throw error(place, file, "no private key in it", null);
            }
        }
    }

    @Override
    public void close() {
        passwords.values().forEach(Secret::close);
    }

    private SoftwarePrivateKey key(Secret pkcs8, Path file, ConfSection.Place place) throws ConfException {
        try {
            return new SoftwarePrivateKey(pkcs8, crypto);
        } catch (KeyMismatchException e) {
            pkcs8.close();
            decoderMissing = true; // the provider of this kind of keys may come later
            throw error(place, file, e.getMessage(), e);
        }
    }

    private List<Certificate> certificates(Path file, ConfSection.Place place) throws ConfException {
        List<Certificate> known = read.get(file);
        if (known != null) {
            return known;
        }
        List<Certificate> all = new ArrayList<>();
        for (DecodedCredential found : decode(CredentialDecoder.Kind.CERTIFICATE, file, null, place)) {
            if (found.certificate() != null) {
                all.add(found.certificate());
            } else if (found.privateKey() != null) {
                found.privateKey().close();
            }
        }
        if (all.isEmpty()) {
            throw error(place, file, "no certificate in it", null);
        }
        read.put(file, List.copyOf(all));
        return read.get(file);
    }

    private List<DecodedCredential> decode(
            CredentialDecoder.Kind kind, Path file, Secret password, ConfSection.Place place) throws ConfException {
        if (!Files.isRegularFile(file)) {
            throw new ConfException(place, file + (Files.exists(file) ? " is no file" : " does not exist"));
        }
        byte[] octets = {};
        try (InputStream in = Files.newInputStream(file)) {
            octets = in.readNBytes(MAX_OCTETS + 1);
            if (octets.length > MAX_OCTETS) {
                throw new ConfException(place, file + " has more than " + MAX_OCTETS + " octets");
            }
            return credentials.decode(kind, octets, password);
        } catch (IOException e) {
            throw new ConfException(place, file + " cannot be read: " + reason(e), e);
        } catch (DecodingException e) {
            // the API has no type of its own for this case; core's text begins so
            decoderMissing |= String.valueOf(e.getMessage()).contains("no decoder");
            throw error(place, file, e.getMessage(), e);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    private Path path(Kind kind, String file, ConfSection.Place place) throws ConfException {
        try {
            return folder.resolve(kind.folder()).resolve(file).normalize();
        } catch (InvalidPathException e) {
            throw new ConfException(place, "'" + file + "' is no file name", e);
        }
    }

    private List<Path> files(Kind kind) throws ConfException {
        Path directory = folder.resolve(kind.folder()).normalize();
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        ConfSection.Place place = new ConfSection.Place(directory.toString(), 1);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (Files.isRegularFile(entry)
                        && !entry.getFileName().toString().startsWith(".")) {
                    files.add(entry);
                }
                if (files.size() > MAX_FILES) {
                    throw new ConfException(place, "more than " + MAX_FILES + " files");
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new ConfException(place, "cannot be listed: " + e.getMessage(), e);
        }
        Collections.sort(files);
        return files;
    }

    /** Without the name of the file twice where no line of the configuration names it. */
    private static ConfException error(ConfSection.Place place, Path file, String what, Exception cause) {
        String named = place.file().equals(file.toString()) ? what : file + ": " + what;
        return new ConfException(place, named, cause);
    }

    /** What an exception of a file says to a person. */
    public static String reason(IOException e) {
        return e instanceof java.nio.file.AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }
}
