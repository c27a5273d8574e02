package dev.orrery.powerjob.akka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.io.Output;
import com.esotericsoftware.kryo.kryo5.serializers.CompatibleFieldSerializer;
import dev.orrery.powerjob.AskAnswer;
import dev.orrery.powerjob.ClusterQuery;
import dev.orrery.powerjob.Heartbeat;
import dev.orrery.powerjob.InstanceReport;
import dev.orrery.powerjob.LogReport;
import dev.orrery.powerjob.RunRequest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KryoCodecTest {
  private static final long WIRE_ID = 70_000_000_000_000_001L;
  private static final String ADDRESS = "10.0.0.7:27777";
  private static final Map<String, byte[]> RECORDED = RecordedMessages.read();

  private final KryoCodec codec = new KryoCodec();

  /** Whatever it has refused, it reads the next message. */
  @AfterEach
  void readsHeartbeatStill() {
    assertThat(heartbeat().appName()).isEqualTo("shop-worker");
  }

  private Heartbeat heartbeat() {
    return ((WireMessage.WorkerHeartbeat) codec.read(RECORDED.get("heartbeat"))).read();
  }

  private InstanceReport report(String name) {
    return ((WireMessage.TaskTrackerReportInstanceStatusReq) codec.read(RECORDED.get(name))).read();
  }

  @Test
  void readsRecordedHeartbeat() {
    assertThat(heartbeat())
        .isEqualTo(
            new Heartbeat(
                ADDRESS,
                "shop-worker",
                7,
                heartbeat().heartbeatTime(),
                "4.3.9",
                "AKKA",
                null,
                true,
                2,
                1,
                new Heartbeat.SystemMetrics(4)));
  }

  /** A run that is no STANDALONE ends with an empty map, one of a workflow with a full one. */
  @ParameterizedTest
  @ValueSource(strings = {"succeeded", "succeededHeavy", "succeededWorkflow"})
  void readsRecordedSuccess(String name) {
    assertThat(report(name))
        .isEqualTo(
            new InstanceReport(
                7,
                5,
                WIRE_ID,
                5,
                "done",
                1,
                1,
                0,
                1_700_000_000_000L,
                1_700_000_002_000L,
                1_700_000_003_000L,
                ADDRESS));
  }

  @Test
  void readsRecordedReportsOfRunningAndFailedRuns() {
    assertThat(report("running").instanceStatus()).isEqualTo(3);
    assertThat(report("running").endTime()).isNull();
    assertThat(report("failed").instanceStatus()).isEqualTo(4);
    assertThat(report("failed").result()).isEqualTo("failed on purpose");
  }

  @Test
  void readsRecordedLogAndQueries() {
    LogReport log = ((WireMessage.WorkerLogReportReq) codec.read(RECORDED.get("log"))).read();
    assertThat(log.instanceLogContents())
        .hasSize(20)
        .contains(new LogReport.Line(WIRE_ID, 1_700_000_000_003L, 4, "line 3 äöü 漢字"));
    assertThat(
            ((WireMessage.WorkerQueryExecutorClusterReq) codec.read(RECORDED.get("cluster")))
                .read())
        .isEqualTo(new ClusterQuery(7, 5));
    assertThat(codec.read(RECORDED.get("container")))
        .isInstanceOf(WireMessage.WorkerNeedDeployContainerRequest.class);
  }

  @Test
  void readsRecordedAnswers() {
    assertThat(((WireMessage.AskResponse) codec.read(RECORDED.get("answer"))).read())
        .isEqualTo(AskAnswer.of("{\"status\":3}"));
    assertThat(((WireMessage.AskResponse) codec.read(RECORDED.get("unknownRun"))).read())
        .isEqualTo(AskAnswer.refused("can't find TaskTracker"));
  }

  /** Kryo's ids of class names must not survive a message. */
  @Test
  void readsBackConsecutiveMessages() {
    for (int i = 0; i < 2; i++) {
      WireMessage.ServerScheduleJobReq read =
          (WireMessage.ServerScheduleJobReq) codec.read(codec.write(run("ä")));
      assertThat(read.instanceId).isEqualTo(WIRE_ID);
      assertThat(read.allWorkerAddress).containsExactly(ADDRESS);
      assertThat(read.jobParams).isEqualTo("ä");
      assertThat(read.timeExpression).isNull();
    }
  }

  @Test
  void writesOnlyPowerJobClassNames() {
    String written = new String(codec.write(run("p")), StandardCharsets.ISO_8859_1);

    assertThat(written).contains("tech.powerjob.common.request.ServerScheduleJobRe");
    assertThat(written).doesNotContain("orrery");
  }

  private static WireMessage.ServerScheduleJobReq run(String parameters) {
    return WireMessage.ServerScheduleJobReq.of(
        new RunRequest(
            List.of(ADDRESS),
            0,
            5,
            WIRE_ID,
            "STANDALONE",
            "BUILT_IN",
            "worker.Noop",
            0,
            parameters,
            null,
            5,
            0,
            "API",
            0,
            null));
  }

  @Test
  void refusesToWriteMessageLargerThanFrame() {
    assertThat(codec.write(run("x".repeat(200_000)))).hasSizeGreaterThan(200_000);
    assertThatThrownBy(() -> codec.write(run("x".repeat(KryoCodec.MAX_BYTES))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not fit");
  }

  private void refuses(byte[] bytes) {
    assertThatThrownBy(() -> codec.read(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Not a message of a PowerJob worker");
  }

  /** Null, and what decodes to null, would make Artery quarantine all peers. */
  @ParameterizedTest
  @ValueSource(strings = {"", "\0", "\u0003\u0081", "\u0003\u0001\u0082a"})
  void refusesEmptyNullAndTextMessages(String bytes) {
    refuses(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static List<Object> foreign() {
    List<Object> self = new ArrayList<>();
    self.add(self);
    return List.of(
        new HashSet<>(List.of("a")),
        Map.of("a", 1),
        new int[] {1},
        Thread.State.NEW,
        new Object[] {"a"},
        "text",
        1L,
        new ArrayList<>(List.of("a")),
        self,
        new HashMap<>(Map.of(new ArrayList<>(List.of("a")), "b")),
        new BitSet(1));
  }

  /** Listed or not, none of these is a message. */
  @ParameterizedTest
  @MethodSource("foreign")
  void refusesObjectsThatAreNotMessages(Object object) {
    refuses(kryo(object));
  }

  private static byte[] kryo(Object object) {
    Kryo kryo = new Kryo();
    kryo.setRegistrationRequired(false);
    kryo.setReferences(true);
    kryo.setDefaultSerializer(CompatibleFieldSerializer.class);
    Output output = new Output(1024, -1);
    kryo.writeClassAndObject(output, object);
    return output.toBytes();
  }

  private static byte[] named(String name, int... rest) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(1);
    bytes.write(0);
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    text[text.length - 1] |= (byte) 0x80;
    bytes.writeBytes(text);
    for (int next : rest) {
      bytes.write(next);
    }
    return bytes.toByteArray();
  }

  /** Each claims 2^31 - 1 of something, after the class and the mark of a new object. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tech.powerjob.common.request.WorkerHeartbeat",
        "tech.powerjob.common.response.AskResponse",
        "java.util.ArrayList",
        "java.util.LinkedList",
        "java.util.HashMap",
        "java.util.concurrent.ConcurrentHashMap",
        "[B"
      })
  void refusesCountsBeyondMessageSize(String name) {
    refuses(named(name, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x07));
    refuses(named(name, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F));
    refuses(named(name, 1, 0x7F, 0xFF, 0xFF, 0xFF, 0x0F));
  }

  private static WireMessage.InstanceLogContent line(String text) {
    WireMessage.InstanceLogContent line = new WireMessage.InstanceLogContent();
    line.instanceId = WIRE_ID;
    line.logContent = text;
    return line;
  }

  private byte[] log(List<WireMessage.InstanceLogContent> lines) {
    WireMessage.WorkerLogReportReq log = new WireMessage.WorkerLogReportReq();
    log.workerAddress = ADDRESS;
    log.instanceLogContents = new ArrayList<>(lines);
    return codec.write(log);
  }

  /** A worker that logs a constant writes its text once. */
  @Test
  void readsRepeatedTexts() {
    byte[] bytes = log(Collections.nCopies(20, "x").stream().map(text -> line("tick")).toList());

    assertThat(((WireMessage.WorkerLogReportReq) codec.read(bytes)).read().instanceLogContents())
        .hasSize(20)
        .allSatisfy(line -> assertThat(line.logContent()).isEqualTo("tick"));
  }

  /** 210 KB that used to become 2 GB. */
  @Test
  void refusesRepeatedLine() {
    refuses(log(Collections.nCopies(9_990, line("x".repeat(200_000)))));
    refuses(log(Collections.nCopies(2, line("x"))));
  }

  /** The characters that are meant are bounded, not the bytes that are sent. */
  @Test
  void boundsCharactersOfRepeatedTexts() {
    String text = "x".repeat(100_000);
    List<WireMessage.InstanceLogContent> lines =
        new ArrayList<>(IntStream.range(0, 11).mapToObj(i -> line(text)).toList());
    assertThat(codec.read(log(lines))).isInstanceOf(WireMessage.WorkerLogReportReq.class);
    lines.add(line(text));
    refuses(log(lines));
  }

  @Test
  void refusesRepeatedListsAndMaps() {
    List<Object> twice = new ArrayList<>(List.of("a"));
    refuses(kryo(new ArrayList<>(List.of(twice, twice))));
    WireMessage.TaskTrackerReportInstanceStatusReq report =
        new WireMessage.TaskTrackerReportInstanceStatusReq();
    String text = "x".repeat(100_000);
    report.appendedWfContext = new HashMap<>();
    for (int i = 0; i < 12; i++) {
      report.appendedWfContext.put("key" + i, text);
    }
    refuses(codec.write(report));
  }

  @Test
  void refusesDeepNesting() {
    byte[] level = {1, 1, 1, 2, 0, 0};
    ByteBuffer bytes = ByteBuffer.allocate(200_000).put(named("java.util.ArrayList", 1, 2));
    while (bytes.remaining() > level.length) {
      bytes.put(level);
    }
    refuses(bytes.array());
  }

  /** A text in place of a number, a list in place of a text, and other mix-ups. */
  @Test
  void readsOrRefusesDamagedMessagesAndNeverReturnsNull() {
    Random random = new Random(43);
    for (byte[] recorded : RECORDED.values()) {
      for (int i = 0; i < 500; i++) {
        byte[] damaged = Arrays.copyOf(recorded, 1 + random.nextInt(recorded.length));
        for (int n = random.nextInt(4); n >= 0; n--) {
          damaged[random.nextInt(Math.min(damaged.length, 300))] = (byte) random.nextInt();
        }
        try {
          assertThat(codec.read(damaged)).isNotNull();
        } catch (IllegalArgumentException e) {
          assertThat(e).hasMessageStartingWith("Not a message");
        }
      }
    }
  }
}
