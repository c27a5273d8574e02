package dev.orrery.it.chaos.world;

import dev.orrery.it.Leases;
import dev.orrery.it.harness.CuttingProxy;
import dev.orrery.it.harness.Postgres;
import dev.orrery.testing.program.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * The address of a replica across restarts, and its network links.
 *
 * @param http its port for workers; workers' links use the same port on other addresses
 * @param clients the link of clients to it
 * @param others the link of other replicas to it
 * @param base its link to the database
 */
record Site(
    String name,
    int api,
    int http,
    int management,
    int cluster,
    NetworkLink clients,
    NetworkLink others,
    NetworkLink base) {
  /** The common target of all replicas' links. */
  static final String DATABASE = "database";

  private static final String SECRET = "secret-of-the-chaos-tests-41b9";

  /**
   * @param database the port of the primary
   */
  static Site choose(String name, IntSupplier database) {
    int api = Ports.free();
    int cluster = Ports.free();
    return new Site(
        name,
        api,
        Ports.free(),
        Ports.free(),
        cluster,
        new NetworkLink("clients", name, new CuttingProxy(api)),
        new NetworkLink("replicas", name, new CuttingProxy(cluster)),
        new NetworkLink(name, DATABASE, new CuttingProxy(0, database)));
  }

  List<NetworkLink> ways() {
    return List.of(clients, others, base);
  }

  List<String> options(Postgres database, String adminToken, Path directory) {
    List<String> options = new ArrayList<>(Programs.machine("384m"));
    options.addAll(database.schedulerOptions(adminToken, base.proxy().port()));
    options.addAll(List.of(Leases.options()));
    options.addAll(
        List.of(
            "-Dorrery.data-dir=" + directory.resolve(name),
            "-Dquarkus.http.host=127.0.0.1",
            "-Dquarkus.http.port=" + api,
            "-Dquarkus.management.host=127.0.0.1",
            "-Dquarkus.management.port=" + management,
            "-Dorrery.protocols.http.host=127.0.0.1",
            "-Dorrery.protocols.http.port=" + http,
            "-Dorrery.cluster.enabled=true",
            "-Dorrery.cluster.port=" + cluster,
            "-Dorrery.cluster.secret=" + SECRET,
            "-Dorrery.cluster.advertised-address=127.0.0.1:" + others.proxy().port()));
    return options;
  }
}
