package dev.lockstep.server.control;

import dev.lockstep.server.run.Role;

import java.nio.file.Path;

/** Where the services wait for lockstep plugins of QEMU. Thread-safe. */
public interface Plugins {
    /**
     * Waits for one that is to be an engine of a run.
     *
     * @param news told on any thread
     * @throws dev.lockstep.server.run.ConfigException if the socket cannot be created
     */
    Awaited await(String run, Role role, String name, News news);

    /** What comes of waiting: one of these, once. */
    interface News {
        /** It has come, and has its place. */
        void joined();

        /** It has come, and got no place. */
        void refused(String why);
    }

    /** A plugin that is waited for, until this is closed or it has come. */
    interface Awaited extends AutoCloseable {
        /** Returns the path it is to connect to. */
        Path socket();

        @Override
        void close();
    }
}
