import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.List;
import org.h2.mvstore.MVStore;

/** A stand-in that speaks MongoDB's protocol: `Server PORT [FILE]`, in memory without a file. With one, an answered write is in it. */
class Server {
  public static void main(String[] args) {
    MVStore store = new MVStore.Builder().fileName(args.length > 1 ? args[1] : null).autoCommitDisabled().open();
    boolean kept = args.length > 1;
    H2Backend backend = new H2Backend(store) {
      @Override
      public Document handleMessage(MongoMessage message) {
        Document answer = super.handleMessage(message);
        if (kept && store.hasUnsavedChanges()) store.commit();
        return answer;
      }
    };
    // The driver wants wire version 8 and more, the hub MongoDB 6 and more; what of it the hub uses is spoken here.
    backend.version(new MongoVersion() {
      public List<Integer> getVersionArray() { return List.of(6, 0, 0); }
      public int getWireVersion() { return 17; }
    });
    new MongoServer(backend).bind("127.0.0.1", Integer.parseInt(args[0]));
    System.out.println("listening");
  }
}
