import type { Words } from '../../words.ts'

/** What Redis, a Sentinel or a cluster says no to. */
export const redis: Words['reasons']['redis'] = {
  noServer: 'Es gibt keinen Server.',
  notRedis: 'Was an dieser Adresse lauscht, spricht nicht das Protokoll von Redis.',
  movingSlots: 'Der Cluster verschiebt gerade Sessions zwischen seinen Servern, oder nicht alle sind da.',
  asksPassword: 'Der Server verlangt ein Passwort.',
  wrongPassword: 'Der Server nimmt diesen Benutzer mit diesem Passwort nicht an.',
  protectedMode: 'Der Server ist im Protected Mode und lässt niemanden von anderswo herein.',
  acl: 'Dieser Benutzer von Redis darf das nicht, oder nicht mit diesen Keys.',
  replica: 'Der Server ist ein Replikat; darauf lässt sich nicht schreiben.',
  noMemory: 'Der Server hat keinen Arbeitsspeicher mehr; nichts wurde geschrieben.',
  cannotSave: 'Der Server kann nicht auf seine Platte sichern und nimmt nichts an; nichts wurde geschrieben.',
  fewReplicas: 'Der Server hat zu wenige Replikate, um etwas anzunehmen; nichts wurde geschrieben.',
  loading: 'Der Server lädt noch seine Daten.',
  busyScript: 'Der Server ist mit einem Skript beschäftigt.',
  masterLost: 'Das Replikat hat seinen Master verloren.',
  command: 'Der Server nimmt diesen Befehl nicht an.',
  sentinelAsksPassword: 'Der Sentinel verlangt ein Passwort.',
  sentinelWrongPassword: 'Der Sentinel nimmt diesen Benutzer mit diesem Passwort nicht an.',
  noMaster: 'Der Sentinel überwacht keinen Master dieses Namens.',
  noNode: 'Dieser Server ist kein Knoten eines Clusters.',
  replicaMaster: 'Der Server ist ein Replikat; darauf lässt sich nicht schreiben. Um Sessions zu ändern, sich mit seinem Master verbinden.',
  noKey: 'Redis hat keinen solchen Key.',
  timePassed: 'Die Zeit dieser Session ist um: Redis behält sie nicht.',
  otherForAMoment: 'Für einen Moment stand eine andere Session an ihrer Stelle. Noch einmal versuchen.',
}
