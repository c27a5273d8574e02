package dev.orrery.scheduler.sharedresponse;

/** The body of a response, as an object and as JSON. */
public final class SharedBody {
  /** The key under which the data of a request has its body. */
  static final String KEY = SharedBody.class.getName();

  private final Object entity;
  private final byte[] json;

  /**
   * @param json the bytes of the object
   */
  SharedBody(Object entity, byte[] json) {
    this.entity = entity;
    this.json = json;
  }

  Object entity() {
    return entity;
  }

  /** The bytes, which the caller must not change. */
  public byte[] json() {
    return json;
  }
}
