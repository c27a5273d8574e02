package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that a program that cannot start prints one message that names the setting, and exits. */
@Order(2)
class StartupIT {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final Duration AT_ONCE = Duration.ofSeconds(5);

  @Tag("thorough")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -Dorrery.database.embedded=false                | quarkus.datasource.jdbc.url      | orrery.database.embedded
          -Dquarkus.datasource.jdbc.url=jdbc:postgresql:x | orrery.security.admin-token      | ORRERY_SECURITY_ADMIN_TOKEN
          -Dorrery.security.admin-token=YOUR-ADMIN-TOKEN  | orrery.security.admin-token      | example
          -Dorrery.database.port=many                     | orrery.database.port='many'      | must be a whole number
          -Dorrery.cluster.enabled=true                   | orrery.cluster.secret            | openssl rand -hex 32
          -Dorrery.cluster.secret-file=/no/such/file      | orrery.cluster.secret-file is '/no/such/file' | does not exist
          -Dquarkus.datasource.password-file=/dev/null    | quarkus.datasource.password-file is '/dev/null' | every user of this machine may read
          -Dorrery.session.renew-interval=20s                | orrery.session.renew-interval       | orrery.session.lease
          -Dorrery.due-work.interval=1h                      | orrery.due-work.interval            | PT1M
          -Dorrery.retention.history-per-job=-1           | orrery.retention.history-per-job | 0 for no bound
          -Duser.timezone=IST                             | user.timezone                    | does not know the time zone
          -Dorrery.session.leese=20s                      | orrery.session.leese='20s'       | Did you mean orrery.session.lease?
          """)
  @AtNight
  void refusesInvalidConfiguration(String option, String names, String says) {
    try (Stack stack = new Stack("refused")) {
      ProgramProcess scheduler = stack.launchScheduler(option);
      assertRefused(scheduler, names, says);
    }
  }

  @Tag("thorough")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -Dorrery.protocols.active=tcp          |                                         | orrery.protocols.active='tcp'          | http, akka
          -Dorrery.protocols.active=             |                                         | orrery.protocols.active=''             | http, akka
          -Dorrery.protocols.active=http,,akka   |                                         | orrery.protocols.active                | http, akka
          -Dorrery.protocols.main=AKKA           |                                         | orrery.protocols.main=AKKA             | orrery.protocols.active
          -Dorrery.protocols.main=               |                                         | orrery.protocols.main=''               | http, akka
          -Dorrery.protocols.active=http         | -Doms.transporter.active.protocols=AKKA | orrery.protocols.active='http'         | oms.transporter.active.protocols='AKKA'
          -Doms.transporter.main.protocol=TCP    |                                         | oms.transporter.main.protocol='TCP'    | http, akka
          -Doms.transporter.active.protocols=    |                                         | oms.transporter.active.protocols=''    | http, akka
          -Dserver.port=7700                     | -Dquarkus.http.port=7701                | server.port='7700'                     | quarkus.http.port='7701'
          -Dspring.datasource.core.jdbc-url=jdbc:mysql://h/d |                             | spring.datasource.core.jdbc-url is not a URL of PostgreSQL | jdbc:postgresql:
          """)
  @AtNight
  void refusesInvalidProtocolsPromptly(String option, String second, String names, String says) {
    try (Stack stack = new Stack("protocols")) {
      ProgramProcess scheduler =
          stack.launchScheduler(option, second == null ? "-Duser.language=tr" : second);
      assertRefused(scheduler, AT_ONCE, names, says);
    }
  }

  @Tag("thorough")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -Dorrery.worker.protocol=tcp       | -Duser.language=tr              | orrery.worker.protocol='tcp'                | http, akka
          -Dorrery.worker.protocol=          | -Duser.language=tr              | orrery.worker.protocol=''                   | http, akka
          -Dorrery.worker.protocol=http,akka | -Duser.language=tr              | orrery.worker.protocol='http,akka'          | http, akka
          -Dpowerjob.worker.protocol=TCP     | -Duser.language=tr              | powerjob.worker.protocol='TCP'              | http, akka
          -Dpowerjob.worker.protocol=        | -Duser.language=tr              | powerjob.worker.protocol=''                 | http, akka
          -Dorrery.worker.protocol=http      | -Dpowerjob.worker.protocol=Akka | powerjob.worker.protocol='Akka'             | http, akka
          -Dorrery.worker.app=a              | -Dpowerjob.worker.app-name=b    | orrery.worker.app='a'                       | powerjob.worker.app-name='b'
          """)
  @AtNight
  void refusesAgentWithoutExactlyOneProtocolPromptly(
      String option, String second, String names, String says) {
    try (Stack stack = new Stack("worker")) {
      assertRefused(stack.launchAgent(option, second), AT_ONCE, names, says);
    }
  }

  @Tag("thorough")
  @Test
  void requiresAllowedNetworksOrTlsForRemoteAkka() {
    try (Stack stack = new Stack("akka-open", "-Dorrery.protocols.active=akka")) {
      assertRefused(
          stack.launchScheduler(
              "-Dorrery.protocols.akka.port=0",
              "-Dorrery.protocols.akka.advertised-host=192.0.2.1"),
          "orrery.protocols.akka.advertised-host=192.0.2.1",
          "orrery.protocols.akka.allowed-networks");
      assertRefused(
          stack.launchScheduler(
              "-Dorrery.protocols.akka.port=0", "-Dorrery.protocols.akka.tls=nowhere"),
          "orrery.protocols.akka.tls names 'nowhere'",
          "quarkus.tls.nowhere");
      assertRefused(
          stack.launchScheduler(
              "-Dorrery.protocols.akka.port=0",
              "-Dorrery.protocols.akka.allowed-networks=everybody"),
          "orrery.protocols.akka.allowed-networks",
          "everybody");
    }
  }

  @Test
  void refusesSecondServiceOnSameDataDirectory() {
    try (Stack stack = new Stack("second")) {
      ProgramProcess first = stack.startScheduler();
      ProgramProcess second =
          stack.launchScheduler(
              "-Dquarkus.http.port=" + Ports.free(),
              "-Dquarkus.management.port=" + Ports.free(),
              "-Dorrery.protocols.http.port=" + Ports.free());

      assertRefused(second, "in use by another Orrery", "orrery.data-dir");
      assertThat(first.isAlive()).isTrue();
      assertThat(stack.api().get("/protocol").get("main").asText()).isEqualTo("http");
    }
  }

  @Tag("thorough")
  @Test
  void namesPortInUse() throws IOException {
    try (Stack stack = new Stack("port");
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
      String port = Integer.toString(taken.getLocalPort());
      for (String setting :
          List.of("orrery.protocols.http.port", "quarkus.http.port", "quarkus.management.port")) {
        assertRefused(stack.launchScheduler("-D" + setting + "=" + port), "port", port);
      }
    }
  }

  @Test
  void opensNoSessionWhenAgentFailsToStart() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Stack stack = new Stack("agent-port")) {
      ProgramProcess scheduler = stack.startScheduler();

      ProgramProcess agent =
          stack.launchAgent(
              "-Dquarkus.management.host=127.0.0.1",
              "-Dquarkus.management.port=" + taken.getLocalPort());

      assertRefused(
          agent, "port " + taken.getLocalPort() + " (health and metrics)", "quarkus.management");
      assertThat(agent.output()).doesNotContain("Session opened");
      assertThat(stack.api().get("/workers").path("items")).isEmpty();
      assertThat(scheduler.output()).doesNotContain("Session opened");
    }
  }

  @Tag("thorough")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -Dorrery.worker.processors=java             | no job can run on this agent       | orrery.worker.plugin-dir
          -Dorrery.worker.processors=                 | orrery.worker.processors is empty  | or leave it out
          -Dorrery.worker.server=http://h:1/path      | orrery.worker.server: The server   | Leave it out
          -Dorrery.worker.drain-timeout=-1s           | orrery.worker.drain-timeout        | from 0 to 365 days
          """)
  @AtNight
  void refusesAgentConfiguredToRunNoJobs(String option, String names, String says) {
    try (Stack stack = new Stack("agent-refused")) {
      assertRefused(stack.launchAgent(option), names, says);
    }
  }

  @Tag("thorough")
  @Test
  void refusesDataOfNewerVersion() throws IOException, SQLException {
    try (Stack stack = new Stack("newer")) {
      ProgramProcess scheduler = stack.startScheduler();
      try (Connection connection = stack.connect();
          Statement statement = connection.createStatement()) {
        statement.execute(
            "insert into flyway_schema_history select installed_rank + 1000, '999', 'from the"
                + " future', type, script, checksum, installed_by, installed_on, execution_time,"
                + " success from flyway_schema_history order by installed_rank desc limit 1");
      }
      stop(scheduler);
      assertRefused(stack.launchScheduler(), "newer Orrery", "999");

      Files.writeString(stack.dataDir().resolve("postgres/PG_VERSION"), "18\n");
      assertRefused(stack.launchScheduler(), "PostgreSQL 18", "orrery.data-dir");
    }
  }

  @Tag("thorough")
  @Test
  void refusesDataOfBuildBeforeFirstRelease() throws SQLException {
    try (Stack stack = new Stack("before-release")) {
      ProgramProcess scheduler = stack.startScheduler();
      makeOfBuildBeforeFirstRelease(stack);
      stop(scheduler);

      assertRefused(
          stack.launchScheduler(),
          "made by a build before the first release",
          "./orrery export --app APP > APP.yaml. Then set orrery.data-dir to a new directory");
    }
  }

  @Tag("thorough")
  @Test
  void refusesAndKeepsDatabaseOfBuildBeforeFirstRelease() throws SQLException {
    try (Stack stack = new Stack("before-release");
        Postgres database = Postgres.start(stack.directory())) {
      ProgramProcess scheduler = stack.startSchedulerOn(database);
      makeOfBuildBeforeFirstRelease(stack);
      stop(scheduler);
      List<String> before = relations(database);

      assertRefused(
          stack.launchSchedulerOn(database),
          "made by a build before the first release",
          "Then set quarkus.datasource.jdbc.url to an empty database");
      assertThat(relations(database)).isEqualTo(before);
    }
  }

  /** Such a build had another first step, and many after it. */
  private static void makeOfBuildBeforeFirstRelease(Stack stack) throws SQLException {
    try (Connection connection = stack.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("update flyway_schema_history set checksum = checksum + 1");
      statement.execute(
          "insert into flyway_schema_history select installed_rank + 41, '42', 'names', type,"
              + " 'V42__names.sql', checksum, installed_by, installed_on, execution_time, success"
              + " from flyway_schema_history where version = '1'");
    }
  }

  /** The tables and indexes with the transactions that wrote them, and the steps of the schema. */
  private static List<String> relations(Postgres database) throws SQLException {
    return database.texts(
        "select oid || ' ' || xmin || ' ' || relname from pg_class where relnamespace ="
            + " 'public'::regnamespace union all select xmin || ' ' || version from"
            + " flyway_schema_history order by 1");
  }

  @Tag("thorough")
  @Test
  void refusesDatabaseWithAsynchronousCommit() throws SQLException {
    try (Stack owner = new Stack("owner");
        Stack guest = new Stack("forgetful")) {
      owner.startScheduler();
      try (Connection connection = owner.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("create role forgetful superuser login password 'forgetful-it'");
        statement.execute("alter role forgetful set synchronous_commit = off");
        ProgramProcess scheduler =
            guest.launchScheduler(
                "-Dquarkus.datasource.jdbc.url=" + connection.getMetaData().getURL(),
                "-Dquarkus.datasource.username=forgetful",
                "-Dquarkus.datasource.password=forgetful-it",
                "-Dorrery.security.admin-token=a-token-of-the-integration-tests");
        assertRefused(scheduler, "synchronous_commit=off", "synchronous_commit=on");
      }
    }
  }

  @Test
  void refusesWrongDatabasePasswordPromptly() throws Exception {
    try (Stack owner = new Stack("database-owner");
        Stack guest = new Stack("wrong-password")) {
      owner.startScheduler();
      try (Connection connection = owner.connect()) {
        ProgramProcess scheduler =
            guest.launchScheduler(
                "-Dquarkus.datasource.jdbc.url=" + connection.getMetaData().getURL(),
                "-Dquarkus.datasource.username=" + connection.getMetaData().getUserName(),
                "-Dquarkus.datasource.password=wrong",
                "-Dorrery.security.admin-token=a-token-of-the-integration-tests");
        assertRefused(
            scheduler, "password authentication failed", "Set quarkus.datasource.username and");
      }
    }
  }

  @Test
  void stopsOrphanedDatabaseServerAndReusesItsData() {
    try (Stack stack = new Stack("orphan")) {
      ProgramProcess scheduler = stack.startScheduler();
      stack.api().putApp("kept");
      long orphan = stack.databasePid();
      scheduler.kill();
      assertThat(ProcessHandle.of(orphan)).isPresent();

      ProgramProcess again = stack.startScheduler();

      assertThat(again.output()).contains("Stopping a database server that was left running");
      assertThat(ProcessHandle.of(orphan).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(stack.api().get("/apps/kept").get("name").asText()).isEqualTo("kept");
    }
  }

  @Test
  void stopsEmbeddedDatabaseOnServiceStop() {
    try (Stack stack = new Stack("stop")) {
      ProgramProcess scheduler = stack.startScheduler();
      long database = stack.databasePid();
      stop(scheduler);
      assertThat(ProcessHandle.of(database).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(stack.dataDir().resolve("postgres/postmaster.pid")).doesNotExist();
    }
  }

  private static void stop(ProgramProcess process) {
    process.terminate();
    process.awaitExit(SOON);
  }

  private static void assertRefused(ProgramProcess process, String names, String says) {
    assertRefused(process, SOON, names, says);
  }

  private static void assertRefused(
      ProgramProcess process, Duration longest, String names, String says) {
    int exitCode = process.awaitExit(longest);
    assertThat(exitCode).as(process.output()).isNotZero();
    assertThat(process.output())
        .contains("orrery: cannot start: ")
        .contains(names)
        .contains(says)
        .doesNotContain("\tat ");
  }
}
