package dev.orrery.scheduler.base.embedded;

import java.util.Map;
import java.util.TreeMap;

/** Returns the settings with which the embedded PostgreSQL server runs. */
final class ServerSettings {
  private ServerSettings() {}

  static Map<String, String> of(DataDirectory directory, int port) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("listen_addresses", "127.0.0.1");
    settings.put("unix_socket_directories", "");
    settings.put("port", Integer.toString(port));
    settings.put("fsync", "on");
    settings.put("synchronous_commit", "on");
    settings.put("full_page_writes", "on");
    settings.put("max_connections", "100");
    settings.put("shared_buffers", "256MB");
    settings.put("max_wal_size", "2GB");
    // All rows of the queue tables are replaced within seconds.
    settings.put("autovacuum_naptime", "5s");
    settings.put("shared_preload_libraries", "pg_stat_statements");
    settings.put("logging_collector", "on");
    settings.put("log_directory", directory.serverLogs().toString());
    settings.put("log_filename", "postgres-%a.log");
    settings.put("log_truncate_on_rotation", "on");
    settings.put("log_timezone", "UTC");
    settings.put("timezone", "UTC");
    return settings;
  }
}
