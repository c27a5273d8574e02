package dev.orrery.cli.local;

import dev.orrery.cli.UserException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The ports of a local stack, all of them on loopback.
 *
 * @param api REST API of the scheduler
 * @param workers protocol {@code http} of the scheduler
 * @param schedulerHealth health and metrics of the scheduler
 * @param agentHealth health and metrics of the agent
 */
public record StackPorts(int api, int workers, int schedulerHealth, int agentHealth) {
  public static final StackPorts DEFAULT = new StackPorts(7700, 10010, 9000, 9100);

  private static final String LOOPBACK = "127.0.0.1";
  private static final int COUNT = 4;
  private static final int HIGHEST = 65_536 - COUNT;

  /** Host settings of the scheduler, with the variable by which a user overrides each. */
  private static final Map<String, String> HOSTS =
      Map.of(
          "quarkus.http.host", "QUARKUS_HTTP_HOST",
          "quarkus.management.host", "QUARKUS_MANAGEMENT_HOST",
          "orrery.protocols.http.host", "ORRERY_PROTOCOLS_HTTP_HOST",
          "orrery.protocols.akka.host", "ORRERY_PROTOCOLS_AKKA_HOST",
          "orrery.cluster.host", "ORRERY_CLUSTER_HOST");

  /**
   * Returns four consecutive ports, the API first.
   *
   * @throws UserException if one of them is not a valid port
   */
  public static StackPorts from(int first) {
    if (first < 1 || first > HIGHEST) {
      throw UserException.usage("--port must be from 1 to " + HIGHEST + "; got " + first);
    }
    return new StackPorts(first, first + 1, first + 2, first + 3);
  }

  /**
   * Returns the ports of a stack with this API port, or the default ports if no stack can have it.
   */
  public static StackPorts ofApi(int api) {
    return api == DEFAULT.api() || api < 1 || api > HIGHEST ? DEFAULT : from(api);
  }

  /**
   * Returns the port for health and metrics of an agent; the agents use consecutive ports.
   *
   * @param index from 0
   */
  int agentHealth(int index) {
    return agentHealth + index;
  }

  public URI apiUrl() {
    return URI.create("http://localhost:" + api);
  }

  /** Returns JVM options of the scheduler, without hosts that the environment sets. */
  List<String> schedulerOptions(Map<String, String> environment) {
    List<String> options = new ArrayList<>();
    HOSTS.forEach(
        (setting, variable) -> {
          if (!environment.containsKey(variable)) {
            options.add("-D" + setting + "=" + LOOPBACK);
          }
        });
    options.add("-Dquarkus.http.port=" + api);
    options.add("-Dquarkus.management.port=" + schedulerHealth);
    options.add("-Dorrery.protocols.http.port=" + workers);
    return options;
  }

  /** Returns JVM options of the agent, which discovers the protocol's address through the API. */
  List<String> agentOptions(int index, Map<String, String> environment) {
    List<String> options = new ArrayList<>();
    if (!environment.containsKey("QUARKUS_MANAGEMENT_HOST")) {
      options.add("-Dquarkus.management.host=" + LOOPBACK);
    }
    options.add("-Dquarkus.management.port=" + agentHealth(index));
    options.add("-Dorrery.worker.server=http://" + LOOPBACK + ":" + api);
    return options;
  }

  /**
   * @throws UserException naming the first port that another program uses
   */
  void requireFree(int agents) {
    if (agentHealth(agents - 1) > 65_535) {
      throw UserException.usage("--port must leave a port to each of " + agents + " agents");
    }
    List<Integer> all = new ArrayList<>(List.of(api, workers, schedulerHealth));
    for (int i = 0; i < agents; i++) {
      all.add(agentHealth(i));
    }
    for (int port : all) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      } catch (BindException e) {
        throw new UserException(
            "Port "
                + port
                + new PortOwner()
                    .find(port)
                    .map(owner -> " is used by " + owner + ". Stop it")
                    .orElse(
                        " cannot be used (" + e.getMessage() + "). Stop the program that uses it")
                + ", or choose other ports, such as --port "
                + (api == DEFAULT.api() ? 7800 : api + 100)
                + ".");
      } catch (IOException e) {
        throw new UserException("Port " + port + " cannot be used: " + e.getMessage());
      }
    }
  }
}
