package dev.orrery.scheduler.http.rest;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.engine.agreement.OfferValidator;
import java.util.Arrays;
import java.util.Map;

/**
 * The JSON Schemas of types of the module protocol, which has no OpenAPI annotations. Workers may
 * be newer than the scheduler, so their offers may have more fields.
 */
final class WorkerApiSchema {
  static final String PROTOCOL = "Protocol";
  static final String DIALECT = "Dialect";
  private static final String ENDPOINT = "Endpoint";
  private static final int MAX_PORT = 65_535;
  private static final int MAX_PORTS_OF_DIALECT = 10;

  private WorkerApiSchema() {}

  static Map<String, JsonSchema> components() {
    return Map.of(
        PROTOCOL,
        JsonSchema.oneOf(
                Arrays.stream(Protocol.values())
                    .map(Protocol::canonicalName)
                    .toArray(String[]::new))
            .describedAs(
                "A protocol between worker and scheduler; mu is of PowerJob workers only."),
        DIALECT,
        JsonSchema.oneOf(
                Arrays.stream(Dialect.values()).map(Dialect::canonicalName).toArray(String[]::new))
            .describedAs("The format of the messages between worker and scheduler."),
        "WorkerOffer",
        offer(),
        "DiscoveryResponse",
        discovery(),
        ENDPOINT,
        endpoint(),
        "PlannedPort",
        port(),
        "ServedDialect",
        servedDialect());
  }

  private static JsonSchema offer() {
    return JsonSchema.open()
        .optional(
            "protocol",
            JsonSchema.text(MessageLimits.MAX_OFFER_NAME_LENGTH)
                .describedAs("The protocol that the worker uses; an unknown one is explained.")
                .defaultsTo(Protocol.HTTP.canonicalName()))
        .optional(
            "dialect",
            JsonSchema.text(MessageLimits.MAX_OFFER_NAME_LENGTH)
                .describedAs("The format of the messages.")
                .defaultsTo(Dialect.ORRERY.canonicalName()))
        .optional(
            "minVersion",
            version("Lowest version of the worker API that the worker supports.").defaultsTo(1))
        .optional(
            "maxVersion",
            version("Highest version that the worker supports; absent means minVersion."))
        .optional(
            "softwareVersion",
            JsonSchema.text(MessageLimits.MAX_SOFTWARE_VERSION_LENGTH)
                .describedAs("Version of the worker's software, for display."))
        .required("app", JsonSchema.name().describedAs("The app of the worker's token."))
        .required("name", JsonSchema.name().describedAs("Name of the worker; need not be unique."))
        .optional(
            "tags",
            JsonSchema.array(JsonSchema.name(), 0, MessageLimits.MAX_OFFER_ENTRIES)
                .describedAs("Tags of the worker, in any order."))
        .optional(
            "processors",
            JsonSchema.array(
                    JsonSchema.text().with("pattern", "^" + OfferValidator.PROCESSOR + "$"),
                    0,
                    MessageLimits.MAX_OFFER_ENTRIES)
                .describedAs("Processors that the worker offers: noop, shell, http, java:NAME."))
        .required(
            "capacity",
            JsonSchema.integer(1, MessageLimits.MAX_CAPACITY)
                .describedAs("Number of attempts that the worker runs at once."))
        .describedAs("A worker's description of itself.");
  }

  private static JsonSchema discovery() {
    return JsonSchema.open()
        .required(
            "active",
            JsonSchema.array(JsonSchema.component(ENDPOINT), 1, Protocol.values().length)
                .describedAs("One entry for each active protocol, the main one first."))
        .required("minVersion", version("Lowest version of the worker API that is spoken here."))
        .required("maxVersion", version("Highest version of the worker API that is spoken here."))
        .required(
            "softwareVersion",
            JsonSchema.text().describedAs("Version of the scheduler's software."))
        .describedAs("The protocols of the scheduler, and their addresses.");
  }

  private static JsonSchema endpoint() {
    return JsonSchema.open()
        .required("protocol", JsonSchema.component(PROTOCOL).describedAs("The protocol."))
        .required(
            "address",
            JsonSchema.text().describedAs("Host and port to dial; for http, a URL without a path."))
        .describedAs("The address of one protocol.");
  }

  private static JsonSchema port() {
    return JsonSchema.open()
        .required("number", JsonSchema.integer(0, MAX_PORT).describedAs("The port as configured."))
        .required(
            "name",
            JsonSchema.text().describedAs("Name of the port in docs, Services and policies."))
        .required(
            "side", JsonSchema.oneOf("scheduler", "agent").describedAs("Whose process listens."))
        .required("carries", JsonSchema.text().describedAs("What is sent over it."))
        .required("dialedBy", JsonSchema.text().describedAs("Who opens connections to it."))
        .required(
            "open", JsonSchema.flag().describedAs("True if it is bound in this configuration."))
        .required(
            "sessions",
            JsonSchema.integer(0, Integer.MAX_VALUE)
                .describedAs("Number of sessions that use it now."))
        .required(
            "mayBeClosed",
            JsonSchema.flag().describedAs("True if a firewall or policy may close it now."))
        .required(
            "reason", JsonSchema.text().describedAs("Why it may be closed, or why it may not."))
        .describedAs("One line of the port plan.");
  }

  private static JsonSchema servedDialect() {
    return JsonSchema.open()
        .required(
            "dialect",
            JsonSchema.component(DIALECT)
                .describedAs("The format of the messages of these workers."))
        .required(
            "protocols",
            JsonSchema.array(JsonSchema.component(PROTOCOL), 1, Protocol.values().length)
                .describedAs("The active protocols over which they can join."))
        .required(
            "ports",
            JsonSchema.array(JsonSchema.text(), 1, MAX_PORTS_OF_DIALECT)
                .describedAs("Names of the ports between them and the scheduler."))
        .describedAs("Workers that the scheduler serves, and how.");
  }

  private static JsonSchema version(String description) {
    return JsonSchema.integer(1, Integer.MAX_VALUE).describedAs(description);
  }
}
