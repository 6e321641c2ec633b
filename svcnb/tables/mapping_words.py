"""What a heading or a code word of a client's file means: words of English, Spanish and German business systems.

A heading is cut into words (case, accents, plural, camelCase, German compounds, clippings like ``fch`` or ``cant``)
and each word into concepts with a likeness of 0 to 1. Two phrases are compared by the concepts they share.

>>> round(likeness("FECHA_ENTREGA", "delivery date"), 2)
1.0
>>> round(likeness("Auftragsnummer", "order id"), 2)
1.0
>>> likeness("colour", "order id")
0.0
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import lru_cache

# concept: the words that mean it. English first, then Spanish, German and usual abbreviations.
LEXICON = {
    "id": "id code key identifier number no num nr nro n codigo cod clave identificador numero nummer kennung schluessel ident ref "
          "reference referencia",
    "number": "number no num nr nro numero nummer n nbr count anzahl",
    "date": "date day ts timestamp time datetime moment at on when fecha dia hora fec fch f datum tag zeit zeitpunkt termin momento",
    "order": "order purchase pedido orden auftrag bestellung bestell so po encargo",
    "customer": "customer client cust buyer account cliente comprador kunde kunden debitor auftraggeber partner cte",
    "line": "line row item sequence secuencia position detail linea renglon partida posicion detalle zeile pos",
    "article": "article sku product material item part articulo producto referencia artikel produkt teil matnr",
    "family": "family category group range familia categoria gama gruppe warengruppe kategorie",
    "quantity": "quantity qty amount units pieces cantidad ctd cant unidades uds menge stueck stuck anzahl",
    "ordered": "ordered order bestell requested booked pedida pedido solicitada solicitado bestellt angefordert",
    "delivered": "delivered supplied fulfilled entregado entregada servido servida suministrado geliefert "
                 "liefer",
    "delivery": "delivery deliver fulfilment arrival entrega lieferung liefer zustellung reparto",
    "ship": "ship shipping shipment shipped dispatch despatch despacho envio enviado expedicion salida versand versendet "
            "dispatched despachado carrier",
    "promised": "promised promise committed commitment due required requested estimated expected prometida prometido comprometida "
                "comprometido acordada pactada solicitada prevista previsto estimada estimado deseada zugesagt wunsch soll plan "
                "scheduled compromiso vencimiento",
    "received": "received placed created entered approved recibido recibida creado creada creacion alta emision entrada eingang "
                "angelegt erfasst erstellt anlage registro",
    "completed": "completed actual effective real done final efectiva efectivo completado completada tatsaechlich ist",
    "status": "status state situation estado estatus situacion statuscode",
    "emergency": "emergency urgent urgency rush express urgente urgencia emergencia eilig dringend eil notfall prioridad priority",
    "document": "document documents docs paperwork invoice documento documentos documentacion albaran factura dokumente "
                "papiere beleg belege",
    "good": "ok right correct good fine correcto correcta bien buen buena richtig korrekt good",
    "condition": "condition damage undamaged estado condicion condiciones zustand",
    "information": "information info informacion auskunft",
    "goods": "goods merchandise mercancia mercaderia ware waren",
    "channel": "channel medium via canal kanal vertriebsweg medio",
    "stock": "stock inventory available onhand existencias inventario disponible disponibilidad bestand lager verfuegbar",
    "first": "first initial primera primero primer erste erster erst",
    "total": "total all sum overall totales suma gesamt summe",
    "price": "price precio preis pvp tarifa",
    "unit": "unit unitario unitaria unidad einheit einzel stueck",
    "error": "error fault mistake incidencia fallo fehler problem",
    "type": "type kind class tipo clase art typ auart",
    "return": "return returned refund devolucion devuelto devuelta ruecksendung ruecksende retoure retour zurueck rma",
    "reason": "reason motive motivo razon grund",
    "cause": "cause root causa ursache",
    "value": "value amount importe valor wert betrag monto",
    "cost": "cost expense costo coste gasto kosten",
    "complaint": "complaint ticket case reclamo queja reclamacion beschwerde reklamation incidencia",
    "opened": "opened open created registered abierto abierta apertura creado eroeffnet angelegt offen inicio",
    "closed": "closed close cerrado cerrada cierre geschlossen abgeschlossen",
    "response": "response answer reply reaction respuesta contestacion antwort reaktion answered respondido",
    "component": "component element componente elemento komponente aspect aspecto attribute atributo",
    "severity": "severity gravity seriousness gravedad severidad schwere",
    "resolution": "resolution solution solved fixed resolucion solucion resuelto loesung geloest",
    "compensation": "compensation indemnity credit compensacion indemnizacion abono entschaedigung gutschrift",
    "satisfaction": "satisfaction satisfied csat satisfaccion satisfecho zufriedenheit",
    "action": "action measure accion massnahme aktion",
    "feedback": "feedback informed told comunicado informado rueckmeldung comunico",
    "name": "name title nombre denominacion bezeichnung nom description descripcion beschreibung razon social",
    "external": "external externo externa extern",
    "segment": "segment segmento market",
    "group": "group grupo gruppe",
    "place": "place area zone region city location lugar zona ciudad poblacion provincia localidad ubicacion ort gebiet stadt "
             "municipio plz standort",
    "branch": "branch industry sector trade rama sector ramo giro branche industrie actividad",
    "sex": "sex gender sexo genero geschlecht",
    "professional": "professional profession occupation profesional profesion ocupacion beruf",
    "level": "level grade nivel grado stufe niveau ebene",
    "age": "age edad alter",
    "income": "income earnings ingreso ingresos renta einkommen salary",
    "year": "year annual yearly anual ano jahr jaehrlich",
    "revenue": "revenue sales turnover billing ingresos ventas facturacion facturado umsatz erloes",
    "margin": "margin profit margen beneficio marge deckungsbeitrag db",
    "period": "period periodo mes month monat periode",
    "points": "points score punkte puntos puntaje",
    "dependence": "dependence dependency dependencia abhaengigkeit",
    "preferred": "preferred favourite preferido preferida habitual bevorzugt",
    "respondent": "respondent participant interviewee response encuestado participante entrevistado teilnehmer befragte",
    "question": "question pregunta frage",
    "weight": "weight weighting peso ponderacion gewicht gewichtung",
    "stratum": "stratum strata estrato schicht",
    "perceived": "perceived experienced percibido percibida recibido wahrgenommen erlebt",
    "expected": "expected esperado esperada expectativa erwartet expectation previsto",
    "desired": "desired wanted deseado deseada gewuenscht",
    "competitor": "competitor rival competidor competencia konkurrent wettbewerber",
    "share": "share part percentage percent pct cuota proporcion porcentaje anteil participacion",
    "rating": "rating mark valoracion calificacion bewertung note puntuacion score",
    "expert": "expert judge experto perito experte",
    "answer": "answer response respuesta antwort",
    "demand": "demand demanda nachfrage bedarf",
    "stockout": "stockout shortage rotura quiebre desabasto fehlbestand",
    "start": "start begin beginning from inicio comienzo desde start beginn anfang",
    "end": "end finish until to fin final hasta termino ende",
    "arrival": "arrival arrive arrived llegada ankunft",
    "service": "service servicio dienst service leistung",
    "server": "server agent clerk teller servidor agente operador bediener schalter ventanilla",
    "queue": "queue waitingline cola fila warteschlange",
    "abandoned": "abandoned abandon left abandono abandonado abgebrochen aufgegeben",
    "person": "person employee staff worker persona empleado trabajador mitarbeiter",
    "role": "role post job papel rol puesto cargo rolle",
    "skill": "skill ability habilidad destreza competencia faehigkeit",
    "owner": "owner responsible responsable encargado verantwortlich",
    "goal": "goal target objective meta objetivo ziel zielwert",
    "warranty": "warranty guarantee garantia garantie",
    "claim": "claim reclamacion anspruch",
    "call": "call visit llamada visita anruf aviso einsatz",
    "solved": "solved resolved resuelto resuelta solucionado geloest behoben",
    "request": "request solicitud peticion anfrage anforderung",
    "query": "query enquiry inquiry consulta rueckfrage",
    "asked": "asked requested preguntado solicitado gefragt",
    "accepted": "accepted approved aceptado aceptada aprobado akzeptiert angenommen",
    "fulfilled": "fulfilled met cumplido cumplida erfuellt",
    "milestone": "milestone step event hito evento meilenstein ereignis etapa",
    "sold": "sold sale vendido venta verkauft verkauf",
    "hours": "hours hour h hrs horas stunden std",
    "days": "days dias tage",
    "minutes": "minutes min mins minutos minuten",
    "supplier": "supplier vendor provider proveedor lieferant",
    "size": "size volume tamano volumen groesse",
    "growth": "growth crecimiento wachstum",
    "note": "note remark comment observation nota comentario observacion observaciones bemerkung kommentar",
    "department": "department area departamento abteilung",
    "activity": "activity task actividad tarea aktivitaet",
    "resource": "resource recurso ressource mittel",
    "capacity": "capacity capacidad kapazitaet",
    "offer": "offer quote oferta angebot cotizacion",
    "penalty": "penalty fine multa penalizacion strafe",
    "internal": "internal interno interna intern",
    "interval": "interval slot intervalo franja intervall",
    "duration": "duration duracion dauer",
    "profile": "profile perfil profil",
    "method": "method metodo methode verfahren",
    "series": "series serie reihe",
    "lead": "lead suministro vorlauf", "term": "time term duration plazo tiempo zeit frist dauer demora",
    "mean": "mean average avg promedio media medio durchschnitt",
    "deviation": "deviation sd std desviacion abweichung",
    "text": "text texto description descripcion beschreibung",
    "side": "side lado seite",
    "force": "force fuerza kraft",
    "parameter": "parameter parametro",
    "current": "current today actual present aktuell heute vigente",
    "wait": "wait waiting espera warten wartezeit",
    "yes": "yes si ja y s true verdadero wahr x ok",
    "not": "no nein n false falso falsch nok",
}
# Words that join others or only say that there is a table; they say nothing about what a column holds.
JOINING = frozenset(
    "the a an of in by for that and or with its is was were it we our us may be there have has as which what one each "
    "el la los las de del al en por para que y o con su un una uno se es fue eran lo cual cuando donde "
    "der die das des dem den ein eine von vom zum zur fuer im am und oder mit ist war per".split())
WEAK = {"id": 0.35, "number": 0.35, "date": 0.45, "type": 0.6, "total": 0.5, "period": 0.6, "name": 0.8, "good": 0.7,
        "value": 0.7, "unit": 0.6, "service": 0.6, "not": 0.45}
ALIKE = 0.86  # ratio of two words that may be one misspelt
CLIPPING, TYPING_ERROR, SKELETON = 0.85, 0.85, 0.8  # how far a word that is not written whole is believed

# Headings of widespread systems that nobody can guess from words: SAP's tables of sales, and usual short forms.
HEADINGS = {
    "order": ("VBELN", "BSTNK"), "customer": ("KUNNR", "KUNAG", "KUNWE"),
    "line of the order": ("POSNR", "line", "line no", "Pos", "renglón"),
    "article": ("MATNR",), "product family": ("MATKL", "family", "category"), "quantity ordered": ("KWMENG", "BMENG"),
    "order received": ("AUDAT", "ERDAT"),
    "quantity in stock when ordered": ("stock available", "stock disponible", "Bestand"),
    "promised delivery": ("VDATU", "EDATU", "LFDAT", "SLA date", "OTD target"),
    "dispatch": ("WADAT_IST", "WADAT", "goods issue date"),
    "delivery that completed the order": ("LFDAT_IST", "POD date", "PODAT"), "price of a unit": ("NETPR",),
    "state of the order": ("GBSTK", "LFSTK"), "quantity delivered in all": ("LFIMG",), "channel": ("VTWEG",),
    "name": ("NAME1", "MAKTX", "razón social", "company name", "Firma"), "place or area": ("ORT01", "REGIO", "BZIRK"),
    "branch of activity": ("BRSCH",),
    "respondent": ("response id", "id de respuesta", "_id", "_uuid", "Antwort-ID"),
    "date of the answer": ("date submitted", "submitdate", "fecha de envío", "timestamp", "marca temporal", "_submission_time"),
}


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Small letters without accents: ``ß`` and umlauts as ``ss``, ``ae``; other signs become blanks."""
    text = re.sub(r"(?<=[a-záéíóúüñäöß0-9])(?=[A-ZÁÉÍÓÚÜÑÄÖ])", " ", text)  # camelCase
    for sign, letters in (("ä", "ae"), ("ö", "oe"), ("ß", "ss"), ("º", " "), ("ª", " "), ("€", " "), ("%", " pct ")):
        text = text.replace(sign, letters).replace(sign.upper(), letters)
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())


def _index() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for concept, listed in LEXICON.items():
        for word in (concept, *listed.split()):
            for form in {word, word.replace("ue", "u")}:  # German ü as plain text has it
                found.setdefault(form, {})[concept] = 1.0
    return found


WORDS = _index()
SKELETONS: dict[str, set[str]] = {}
for _word in WORDS:
    if len(_word) > 4:
        SKELETONS.setdefault(re.sub("(?<!^)[aeiou]", "", _word)[:4], set()).add(_word)


@lru_cache(maxsize=8192)
def concepts(word: str) -> dict[str, float]:
    """The concepts of one plain word with their likeness; an unknown word is its own concept."""
    for form in (word, *_singular(word)):
        if form in WORDS:
            return WORDS[form]
    clipped = [w for w in WORDS if len(word) >= 3 and len(w) > len(word) and w.startswith(word)]
    if clipped:
        return _all_of(clipped, CLIPPING)
    near = difflib.get_close_matches(word, WORDS, n=2, cutoff=ALIKE) if len(word) >= 5 else []
    if near:
        return _all_of(near, TYPING_ERROR)
    short = re.sub("(?<!^)[aeiou]", "", word)
    like = [w for w in SKELETONS.get(short[:4], ()) if len(word) >= 3 and re.sub("(?<!^)[aeiou]", "", w).startswith(short)]
    return _all_of(like, SKELETON) if like else {"?" + word: 1.0}


def _singular(word: str) -> list[str]:
    return [word[:-n] for n, end in ((1, "s"), (2, "es"), (1, "n"), (2, "en")) if len(word) > 3 and word.endswith(end)]


def _all_of(found, factor: float) -> dict[str, float]:
    return {concept: factor for word in found for concept in WORDS[word]}


@lru_cache(maxsize=8192)
def parts(text: str) -> tuple[str, ...]:
    """The words of a heading, compounds cut where both halves are words: ``auftragsnummer`` → auftrag, nummer."""
    found = []
    for word in plain(text).split():
        if word not in JOINING or len(plain(text).split()) == 1:
            found += _halves(word) or [word]
    return tuple(found)


def _halves(word: str) -> list[str]:
    if word in WORDS or any(form in WORDS for form in _singular(word)) or len(word) < 6:
        return []
    for cut in range(len(word) - 2, 2, -1):
        head, tail = word[:cut], word[cut:]
        known = [form for form in (head, *_singular(head)) if form in WORDS]
        if known and len(known[0]) > 1 and (tail in WORDS or any(form in WORDS for form in _singular(tail))) and len(tail) > 1:
            return [known[0], tail]
    return []


@lru_cache(maxsize=65536)
def likeness(theirs: str, ours: str, table: str = "") -> float:
    """How far two phrases mean the same, 0 to 1: shared concepts by their weight (a soft Dice coefficient).

    ``table`` is a phrase whose words weigh little, because every column of that table may carry them.
    """
    return compared(theirs, ours, table)[0]


@lru_cache(maxsize=65536)
def compared(theirs: str, ours: str, table: str = "") -> tuple[float, float]:
    """The likeness of two phrases and the weight of the heaviest word of theirs that ours has nothing for."""
    if plain(theirs) == plain(ours):
        return 1.0, 0.0
    left, right = parts(theirs), list(parts(ours))
    weigh = lambda word: _weight(word, table)
    both = sum(map(weigh, left)) + sum(map(weigh, right))
    shared, unmatched = 0.0, 0.0
    for word in left:
        best, place = max(((_alike(word, other), n) for n, other in enumerate(right)), default=(0.0, -1))
        if best > 0:
            shared += best * (weigh(word) + weigh(right[place]))
            right.pop(place)
        else:
            unmatched = max(unmatched, weigh(word))
    return (min(shared / both, 1.0), unmatched) if both else (0.0, 1.0)


@lru_cache(maxsize=65536)
def _weight(word: str, table: str) -> float:
    """What a word says of a column: little when every column has it, or every column of the table."""
    of_table = {concept for part in parts(table) for concept in concepts(part)}
    return max((WEAK.get(concept, 0.4 if concept in of_table else 1.0) for concept in concepts(word)), default=1.0)


@lru_cache(maxsize=65536)
def _alike(word: str, other: str) -> float:
    """How far two plain words mean the same: by their concepts, else one clipped or misspelt."""
    if word == other:
        return 1.0
    one, two = concepts(word), concepts(other)
    shared = max((one[c] * two[c] for c in one.keys() & two.keys()), default=0.0)
    if shared or min(len(word), len(other)) < 4 or word[0] != other[0]:
        return shared
    if other.startswith(word) or word.startswith(other):
        return CLIPPING
    return TYPING_ERROR if difflib.SequenceMatcher(None, word, other).ratio() >= ALIKE else 0.0
