package dev.lockstep.server.diff.state;

import dev.lockstep.server.diff.state.StateProfile.Place;
import dev.lockstep.server.json.JsonTape;
import dev.lockstep.server.json.JsonTape.Kind;
import dev.lockstep.server.json.JsonTapeReader;
import dev.lockstep.server.json.TapeRoom;
import dev.lockstep.server.run.Profile;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/** One of two states that are compared: reads each document once, when it is asked for. */
final class OpenState {
    private static final String FILES = "files";

    private final StateDump dump;
    private final JsonTapeReader.Names names;
    private final TapeRoom room;
    private final SortedSet<String> files;
    private final Optional<Document> manifest;
    private final Map<String, Document> documents = new HashMap<>();

    /** The file that was last read for its hash, and what it holds; empty for none. */
    private String hashedFile = "";

    private byte[] hashed = {};

    OpenState(StateDump dump, JsonTapeReader.Names names, TapeRoom room) throws IOException {
        this.dump = dump;
        this.names = names;
        this.room = room;
        this.files = dump.files();
        this.manifest =
                has(StateDump.MANIFEST) ? Optional.of(read(StateDump.MANIFEST)) : Optional.empty();
    }

    StateDump dump() {
        return dump;
    }

    SortedSet<String> files() {
        return files;
    }

    boolean has(String file) {
        return files.contains(file);
    }

    /** Returns what a user calls a file. */
    String place(String file) {
        return dump.name() + "/" + file;
    }

    /**
     * Returns a document that is there.
     *
     * @throws dev.lockstep.server.run.ConfigException if it is no JSON object
     */
    Document document(String file) throws IOException {
        Document known = documents.get(file);
        if (known == null) {
            known = read(file);
            documents.put(file, known);
        }
        return known;
    }

    /** Lets go of a document that is not needed any more. */
    void forget(String file) {
        documents.remove(file);
        hashedFile = "";
        hashed = new byte[0];
    }

    private Document read(String file) throws IOException {
        byte[] bytes = file.equals(hashedFile) ? hashed : bytes(file);
        return Document.read(place(file), bytes, names, room);
    }

    private byte[] bytes(String file) throws IOException {
        return dump.read(file)
                .orElseThrow(() -> new IOException(place(file) + ": is gone while it is compared"));
    }

    /** Returns the SHA-256 of a file that is there, and is read next if it is read at all. */
    String sha256(String file) throws IOException {
        hashed = bytes(file);
        hashedFile = file;
        return Profile.sha256(hashed);
    }

    /** Returns a field, if both it and its document are there. */
    Optional<Shown> field(Place place) throws IOException {
        return has(place.document())
                ? document(place.document()).field(place.field())
                : Optional.empty();
    }

    /** Returns the hash that the manifest has for a file, if there is one. */
    Optional<String> claimedSha256(String file) {
        return manifest.flatMap(it -> {
            JsonTape tape = it.tape();
            int all = tape.member(JsonTape.ROOT, FILES);
            if (all == JsonTape.NONE || tape.kind(all) != Kind.OBJECT) {
                return Optional.empty();
            }
            int one = tape.member(all, file);
            return one == JsonTape.NONE || tape.kind(one) != Kind.TEXT
                    ? Optional.empty()
                    : Optional.of(tape.text(one));
        });
    }
}
