package dev.orrery.powerjob.akka;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.KryoException;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import com.esotericsoftware.kryo.kryo5.serializers.CollectionSerializer;
import com.esotericsoftware.kryo.kryo5.serializers.CompatibleFieldSerializer;
import com.esotericsoftware.kryo.kryo5.serializers.DefaultSerializers;
import com.esotericsoftware.kryo.kryo5.serializers.MapSerializer;
import dev.orrery.transport.akka.proxy.ProxyLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads and writes the messages of PowerJob workers: one Kryo 5 object, with references, and with
 * classes and fields by name. A worker sends its whole buffer, so zeros may follow the object.
 * Anyone in the allowed networks can send bytes, so classes that are not listed, counts larger than
 * the message, deep nesting and texts repeated by {@linkplain TextReferences references} too often
 * are refused.
 */
final class KryoCodec {
  /** Leaves room for the header of a frame, and for the selection around the message. */
  static final int MAX_BYTES = ProxyLimits.MAX_FRAME - 4 * 1024;

  private static final int MAX_DEPTH = 16;
  private static final int FIRST_BYTES = 512;
  private static final String PREFIX = "tech.powerjob.common.";

  private static final Map<String, List<Class<?>>> MESSAGES =
      Map.of(
          "request",
          List.of(
              WireMessage.WorkerHeartbeat.class,
              WireMessage.WorkerLogReportReq.class,
              WireMessage.TaskTrackerReportInstanceStatusReq.class,
              WireMessage.WorkerQueryExecutorClusterReq.class,
              WireMessage.WorkerNeedDeployContainerRequest.class,
              WireMessage.ServerScheduleJobReq.class,
              WireMessage.ServerStopInstanceReq.class,
              WireMessage.ServerQueryInstanceStatusReq.class),
          "model",
          List.of(
              WireMessage.SystemMetrics.class,
              WireMessage.DeployedContainerInfo.class,
              WireMessage.InstanceLogContent.class),
          "response",
          List.of(WireMessage.AskResponse.class));

  /** Kryo is not thread-safe, and expensive to create. */
  private final ThreadLocal<Kryo> kryos = ThreadLocal.withInitial(KryoCodec::create);

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException if the bytes are none; never returns null
   */
  WireMessage read(byte[] bytes) {
    try {
      if (kryos.get().readClassAndObject(new BoundedInput(bytes)) instanceof WireMessage message) {
        return message;
      }
      throw new IllegalArgumentException("Not a message of a PowerJob worker");
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      // What it remembers of a message that it did not end is wrong for the next one.
      kryos.remove();
      // The text of Kryo names what the peer has sent.
      throw new IllegalArgumentException(
          "Not a message of a PowerJob worker: " + e.getClass().getSimpleName(), null);
    }
  }

  /**
   * Writes a message.
   *
   * @throws IllegalArgumentException if it is too large
   */
  byte[] write(WireMessage message) {
    Output output = new Output(FIRST_BYTES, MAX_BYTES);
    try {
      kryos.get().writeClassAndObject(output, message);
      return output.toBytes();
    } catch (KryoException e) {
      kryos.remove();
      throw new IllegalArgumentException(
          "The message does not fit into the "
              + MAX_BYTES
              + " bytes that AKKA transports; PowerJob's protocol HTTP has no such limit",
          e);
    }
  }

  private static Kryo create() {
    WireClassResolver classes = new WireClassResolver();
    Kryo kryo = new Kryo(classes, new TextReferences());
    kryo.setReferences(true);
    // Otherwise Kryo keeps the ids of class names from message to message. The resolver refuses.
    kryo.setRegistrationRequired(false);
    kryo.setDefaultSerializer(CompatibleFieldSerializer.class);
    kryo.setMaxDepth(MAX_DEPTH);
    kryo.setClassLoader(KryoCodec.class.getClassLoader());
    MESSAGES.forEach(
        (kind, types) ->
            types.forEach(
                type ->
                    classes.add(
                        PREFIX + kind + "." + type.getSimpleName(),
                        type,
                        new CompatibleFieldSerializer<>(kryo, type))));
    List.of(ArrayList.class, LinkedList.class)
        .forEach(type -> classes.add(type.getName(), type, new CollectionSerializer<>()));
    List.of(HashMap.class, LinkedHashMap.class, ConcurrentHashMap.class)
        .forEach(type -> classes.add(type.getName(), type, new TextMapSerializer()));
    addPlain(classes, byte[].class, kryo.getDefaultSerializer(byte[].class));
    // Each run that is no STANDALONE ends with one.
    addPlain(
        classes,
        Collections.emptyMap().getClass(),
        new DefaultSerializers.CollectionsEmptyMapSerializer());
    return kryo;
  }

  private static void addPlain(WireClassResolver classes, Class<?> type, Serializer<?> serializer) {
    classes.add(type.getName(), type, serializer);
  }

  /** Reads maps whose keys are texts. Hashing other keys may never end. */
  private static final class TextMapSerializer extends MapSerializer<Map<Object, Object>> {
    @Override
    protected Map<Object, Object> create(
        Kryo kryo, Input input, Class<? extends Map<Object, Object>> type, int size) {
      return new TextMap();
    }
  }

  private static final class TextMap extends HashMap<Object, Object> {
    private static final long serialVersionUID = 1L;

    @Override
    public Object put(Object key, Object value) {
      if (!(key instanceof String)) {
        throw new KryoException("A key is not a text");
      }
      return super.put(key, value);
    }
  }
}
