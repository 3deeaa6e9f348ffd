"""Texts of the kinds that are asked about (minutes, a price list, a life, labels, a handbook, a mail, a lease, a recipe, a timetable, a report,
terms, a plan),
each with the questions that a sentence of it answers and with those that none does: of another doing, of another's, planned,
possible, denied or under a condition, or without who, where and when. The names are made up."""

from __future__ import annotations

CLAUSES: list[tuple[str, list[str], list[str]]] = [
    (
        """Minutes of the harbour committee, 12 March 2024

Present: Olga Penn, Rui Sato, Bea Quist
Apologies: Tom Arden

1. Crane. Olga Penn reported that the crane had failed its test. Rui Sato will ask two firms for offers by 2 April.
2. Budget. The committee approved the budget of 84,000 euros by four votes to one. Bea Quist voted against it.
3. Fees. The chair proposed to raise the mooring fee to 320 euros. The proposal was postponed to the next meeting.
4. Slipway. The slipway would have been repaired in May if the grant had come. It was refused in February.
5. Next meeting: 9 April at 18:30 in the net loft.
""",
        [
            "Who was present?",
            "Who voted against the budget?",
            "When is the next meeting?",
            "Where is the next meeting?",
            "Who reported that the crane had failed?",
            "How many votes was the budget approved by?",
            "Who will ask two firms for offers?",
            "Who approved the budget?",
            "Who was absent?",
        ],
        [
            "When was the slipway repaired?",
            "Who repaired the slipway?",
            "Who raised the mooring fee?",
            "When was the mooring fee raised?",
            "Who tested the crane?",
            "Who voted for the budget?",
            "Who proposed the budget?",
            "When did Rui Sato ask two firms for offers?",
            "Who refused the grant?",
            "Who repaired the crane?",
            "When did the crane fail its test?",
            "Where was the crane tested?",
            "How much is the grant?",
            "When was the proposal approved?",
            "How many people voted for the budget?",
        ],
    ),
    (
        """Boat hire Lindau, prices 2025

A rowing boat costs 14 euros per hour. A pedal boat costs 18 euros per hour.
Children under six ride free. Students pay 10 euros for a rowing boat.
The deposit for a pedal boat was 50 euros in 2024.
From June the electric boat will cost 35 euros per hour.
Life jackets are lent free of charge. We sold 12 canoes last winter.
Lost oars are charged at 40 euros each.
""",
        [
            "How much does a rowing boat cost per hour?",
            "What does a pedal boat cost?",
            "Who rides free?",
            "How much do students pay for a rowing boat?",
            "How many canoes were sold last winter?",
            "How much are lost oars?",
        ],
        [
            "How much does the electric boat cost now?",
            "How many canoes do you rent?",
            "How many canoes do you have?",
            "How much does a canoe cost?",
            "How much does a rowing boat cost per day?",
            "How much do students pay for a pedal boat?",
            "How many rowing boats are there?",
            "How much is the deposit for a rowing boat?",
            "Who lent the life jackets?",
            "How much does a life jacket cost to buy?",
            "Who bought the canoes?",
            "How much do oars cost?",
            "What is the deposit for a pedal boat in 2025?",
        ],
    ),
    (
        """Ilse Varga (1902-1981) was a glass artist. She was born in Pecs and grew up in Vienna. In 1925 she married the architect Paul Dorn, who had studied in Graz.
Her brother Anton Varga emigrated to Chicago in 1930 and taught chemistry. Ilse Varga refused the Kessler Prize in 1958. She had hoped to open a school in Linz, but the city withdrew its support.
After her husband's death she moved to Salzburg, where her daughter Eva ran a gallery. Eva Dorn wrote her first book in 1970 and dedicated it to her mother. Ilse Varga's last window was finished by her pupil Kurt Reil in 1982.
""",
        [
            "Where was Ilse Varga born?",
            "When did Ilse Varga marry Paul Dorn?",
            "Who finished Ilse Varga's last window?",
            "When did Anton Varga emigrate to Chicago?",
            "When did Eva Dorn write her first book?",
            "When did Ilse Varga refuse the Kessler Prize?",
            "Who refused the Kessler Prize?",
        ],
        [
            "When did Ilse Varga win the Kessler Prize?",
            "Who won the Kessler Prize?",
            "Where did Ilse Varga study?",
            "Where did Ilse Varga open a school?",
            "When did Ilse Varga emigrate to Chicago?",
            "What did Ilse Varga teach?",
            "When did Ilse Varga write her first book?",
            "When did Ilse Varga finish her last window?",
            "When did Paul Dorn die?",
            "Who did Anton Varga marry?",
            "Where did Eva Dorn study?",
            "When did Anton Varga marry?",
            "Where did Paul Dorn marry?",
            "Who ran a school in Linz?",
            "When did Ilse Varga run a gallery?",
            "Where was Anton Varga born?",
            "Who wrote a book on Ilse Varga?",
            "When was Eva Dorn born?",
            "Who gave the Kessler Prize to Ilse Varga?",
            "When did Kurt Reil move to Salzburg?",
        ],
    ),
    (
        """Room 4

Sea Chart, 1688. Ink on vellum. Drawn by Pieter Blom in Antwerp. Given by the Rosen family in 1931.

The Bronze Bell was cast in 1540 and cracked in 1702. Divers found it off Skagen in 1964. It weighs 410 kg.

Portrait of a Merchant. Attributed to Jan Roos. The frame was carved by Hans Kell around 1720. The portrait was stolen in 1987 and returned in 1991.

The ship model was built for King Frederik by the carpenters of Holmen. It was shown in Paris in 1900. It is on loan from the Naval College until 2027.
""",
        [
            "When was the Bronze Bell cast?",
            "Who carved the frame?",
            "When was the portrait stolen?",
            "Who built the ship model?",
            "When was the ship model shown in Paris?",
            "When was the portrait returned?",
        ],
        [
            "Who cast the bell?",
            "Where was the bell cast?",
            "Who stole the portrait?",
            "Where was the portrait stolen?",
            "Who carved the portrait?",
            "When was the ship model built?",
            "Where was the ship model built?",
            "Who returned the portrait?",
            "Where was the portrait found?",
            "Who bought the Sea Chart?",
            "Who found the portrait?",
            "When was the frame stolen?",
            "Who painted the frame?",
            "When did King Frederik build the ship model?",
            "Who lent the bell?",
            "Who cracked the bell?",
            "Where was the frame carved?",
            "When was the bell stolen?",
            "How heavy is the ship model?",
        ],
    ),
    (
        """Staff handbook, section 6

Employees accrue 2 days of leave per month. Interns do not accrue leave.
Leave of more than ten days must be approved by the director. Requests are sent to the office manager at least four weeks ahead.
Unused leave expires on 31 March unless the director extends it. Managers may carry over five days.
Overtime is paid from the third hour. Expenses are refunded within 14 days if receipts are attached.
The office closes at 16:00 on Fridays. Laptops are replaced every four years. Visitors sign in at the front desk.
""",
        [
            "When does unused leave expire?",
            "Who approves leave of more than ten days?",
            "Where do visitors sign in?",
            "How often are laptops replaced?",
            "Who may carry over five days?",
            "When does the office close on Fridays?",
            "Where are requests sent?",
            "How many days of leave do employees accrue per month?",
        ],
        [
            "How many days of leave do interns accrue?",
            "Who approves leave of three days?",
            "When does the office open on Fridays?",
            "Who replaces laptops?",
            "Who pays overtime?",
            "When does the office close on Mondays?",
            "How many days may interns carry over?",
            "Who refunds expenses?",
            "How many laptops are there?",
            "Where do employees sign in?",
            "Who extends laptops?",
            "When are expenses paid?",
            "Who sends requests to the director?",
            "Who signs the requests?",
            "How much overtime is paid?",
            "How many days of leave do managers accrue?",
        ],
    ),
    (
        """From: Nadia Holt
To: Ben Ortiz
Date: 14 October 2024
Subject: Roof of the boathouse

Ben,
Carl Wend inspected the roof on Tuesday and found four broken beams. He recommends that we replace two of them before winter. I have not ordered the beams yet. Lena will send you the invoice from Marsh & Son tomorrow.
If the frost comes early, the work starts in March. Greg offered to pay half of it. Petra asked who had taken the ladder. Sam might lend us his van.
The insurer paid 2,300 euros to the club in September and nothing to Carl.
Nadia
""",
        [
            "Who inspected the roof?",
            "How many broken beams did Carl Wend find?",
            "Who will send the invoice?",
            "Who offered to pay half of it?",
            "How much did the insurer pay to the club?",
            "When did Carl Wend inspect the roof?",
            "Who might lend us his van?",
        ],
        [
            "Who ordered the beams?",
            "Who took the ladder?",
            "How many beams did Carl Wend replace?",
            "When were the beams replaced?",
            "Who paid half of it?",
            "Who replaced the beams?",
            "Who sent the invoice?",
            "When did the work start?",
            "Who lent the van?",
            "How much did Greg pay?",
            "Who broke the beams?",
            "When were the beams ordered?",
            "Who repaired the roof?",
            "When does Sam lend us his van?",
            "How many beams did Nadia order?",
        ],
    ),
    (
        """Lease of the mill, clause by clause

The tenant, Aster Foods, pays 1,450 euros per month to the landlord, Hugo Brandt. The rent was 1,300 euros until December 2023.
The landlord repairs the roof and the outer walls. The tenant paints the rooms at the end of the lease.
The tenant may sublet one room with the landlord's consent. The landlord may raise the rent by up to three per cent each year.
Aster Foods must insure the machines. Should the tenant leave early, two months' rent is due.
The deposit of 4,350 euros is returned within 60 days unless there is damage. Neither party may assign the lease.
The contract was drawn up by the notary Vera Kolb and has not been signed by Hugo Brandt.
""",
        [
            "Who repairs the roof?",
            "Who paints the rooms?",
            "How much does the tenant pay per month?",
            "Who must insure the machines?",
            "Who drew up the contract?",
            "Who repairs the outer walls?",
            "How much was the rent until December 2023?",
            "Who may sublet one room?",
        ],
        [
            "Who repairs the machines?",
            "Who paints the roof?",
            "Who signed the contract?",
            "When was the contract signed?",
            "When was the contract drawn up?",
            "Who raised the rent?",
            "Who insures the rooms?",
            "When did the tenant leave?",
            "When was the deposit returned?",
            "Who repairs the rooms?",
            "How much does the landlord pay per month?",
            "Who may assign the lease?",
            "When did Aster Foods sublet one room?",
            "Who owns the machines?",
            "Where was the contract drawn up?",
            "When did the landlord repair the roof?",
            "Who insured the roof?",
        ],
    ),
    (
        """Plum cake

Serves 8. Wash 900 g of plums and stone them. Cream 150 g of butter with 120 g of sugar and add three eggs.
Fold in 200 g of flour. Rest the dough for 20 minutes in the fridge. Bake the cake at 180 degrees for 45 minutes.
Do not open the oven in the first half hour. Freeze leftovers for up to two months.
Grandmother used lard and baked it in a wood stove. The recipe was brought from Brno by aunt Zdenka.
""",
        [
            "How long do I bake the cake?",
            "How long does the dough rest?",
            "Where does the dough rest?",
            "Who brought the recipe from Brno?",
            "How many eggs do I add?",
            "How much flour do I fold in?",
            "How long can I freeze leftovers?",
            "Who used lard?",
            "How much butter do I need?",
        ],
        [
            "Who wrote the recipe?",
            "When was the recipe brought?",
            "How long do I bake the dough?",
            "How long do I freeze the dough?",
            "How many eggs do I beat?",
            "Where do I bake the cake?",
            "How much flour do I sift?",
            "How many plums do I wash?",
            "How much sugar do I melt?",
            "Who bakes the cake?",
            "Where do I freeze leftovers?",
            "How much lard do I need?",
            "How many people baked it?",
        ],
    ),
    (
        """Valley bus, winter timetable from 8 December

Line 3 leaves Oberau at 7:05 and reaches Seefeld at 7:50. Line 5 does not run on Sundays.
Last bus from Seefeld: 22:40. Line 4 was withdrawn in 2022 and replaced by a shared taxi.
Bicycles are carried on line 3 only. Dogs travel free on weekdays. The stop at the mill is closed until Easter.
A new line 9 is planned between Oberau and Lahn. Tickets are sold by the driver. Passes are checked at the station.
""",
        [
            "When does line 3 leave Oberau?",
            "When does line 3 reach Seefeld?",
            "When was line 4 withdrawn?",
            "Who sells tickets?",
            "Where are passes checked?",
            "What replaced line 4?",
            "Is the stop at the mill closed?",
        ],
        [
            "When does line 3 leave Seefeld?",
            "When does line 3 reach Oberau?",
            "Who withdrew line 4?",
            "Where are tickets checked?",
            "Who checks passes?",
            "When does line 9 leave Oberau?",
            "When does line 5 leave Oberau?",
            "How many dogs travel free?",
            "When did line 9 start?",
            "When was line 3 withdrawn?",
            "Where are tickets sold?",
            "When does the shared taxi run?",
            "When do dogs travel free on Sundays?",
            "What did line 4 replace?",
            "When was line 5 withdrawn?",
            "Does line 9 run?",
            "When did the stop at the mill close?",
        ],
    ),
    (
        """Annual report of the Tarn Trust, 2023

The trust employs 46 people, of whom 12 work part-time. It received 310 applications and funded 41 of them.
In 2022 it had funded 38 projects. It plans to fund 50 projects in 2025. Visitors numbered 18,000, up from 15,500 in 2022.
The trust sold its office in Leith to the council for 1.2 million pounds. The new office was designed by Moira Keane, whose father founded the trust in 1961.
The bridge at Corrie collapsed in January; nobody was hurt. The ranger, Alec Dunn, resigned in May and was succeeded by Isla Roy.
An auditor checked the accounts. The chair, Lord Bain, thanked the staff and announced that the garden at Fenn would reopen.
""",
        [
            "How many people does the trust employ?",
            "How many applications did the trust receive?",
            "How many projects does the trust plan to fund in 2025?",
            "Who designed the new office?",
            "When did the bridge at Corrie collapse?",
            "Who succeeded Alec Dunn?",
            "Who checked the accounts?",
            "When did Alec Dunn resign?",
            "Who resigned in May?",
            "How many people work part-time?",
        ],
        [
            "How many projects did the trust fund in 2025?",
            "Who founded the new office?",
            "Who founded the office in Leith?",
            "Who bought the new office?",
            "When did Moira Keane found the trust?",
            "Who did Alec Dunn succeed?",
            "When did Isla Roy resign?",
            "When was the new office designed?",
            "Who hired Isla Roy?",
            "When did the garden at Fenn reopen?",
            "How much did the new office cost?",
            "Who reopened the garden?",
            "Where is the new office?",
            "Who destroyed the bridge?",
            "How many applications did the trust refuse?",
            "Who checked the bridge?",
            "When did Moira Keane design the new office?",
            "How many people did the trust hire?",
            "When was the office in Leith sold?",
            "When did Lord Bain resign?",
            "How many visitors came in 2022?",
        ],
    ),
    (
        """The lighthouse of Gull Point

The lighthouse was designed by Edith Marsh and built by convicts between 1871 and 1874. Its lamp was lit for the first time on 1 May 1874. Keeper Jonas Falk lived there with his wife Ada for 22 years. Ada Falk kept the weather diary; Jonas never wrote in it.
In 1903 a storm tore off the gallery. The port authority rebuilt it the next spring. The tower was to be demolished in 1960, but the council bought it. The council let it to a painter, Wim Aal, until 1978. Wim Aal's son Piet sold the lens to a collector in Ostend.
Today the lighthouse belongs to a trust. Visitors can climb it on Sundays. It has 142 steps.
""",
        [
            "Who designed the lighthouse?",
            "Who built the lighthouse?",
            "When was the lamp lit for the first time?",
            "Who bought the tower?",
            "What tore off the gallery?",
            "How many steps does it have?",
            "When can visitors climb it?",
            "Who sold the lens?",
            "Who bought the lens?",
        ],
        [
            "Who lit the lamp?",
            "When was the lighthouse designed?",
            "Who wrote in the weather diary?",
            "When was the tower demolished?",
            "Who demolished the tower?",
            "Who sold the lighthouse?",
            "When did Wim Aal sell the lens?",
            "When was the lens sold?",
            "When did Ada Falk die?",
            "Who designed the gallery?",
            "Who painted the lighthouse?",
            "When did the council buy the tower?",
            "When did the council sell the tower?",
            "Where did Wim Aal live?",
            "Where was the lens made?",
            "When did Jonas Falk write in it?",
            "How many visitors climb it?",
        ],
    ),
    (
        """Release plan

Maya merged the parser on Monday. Leo is reviewing the cache and wants to merge it on Thursday. The importer was tested by Nils, who found three bugs. Two of them have been fixed. Version 2.4 was released on 5 March; version 2.5 should follow in April.
Customers asked when the export will be fixed. The export broke in version 2.3. Nobody has tested the search yet. Maya does not maintain the billing module. Leo used to maintain it until Nils took over in 2022.
""",
        [
            "Who merged the parser?",
            "When was version 2.4 released?",
            "Who tested the importer?",
            "Who tested the search?",
            "How many bugs did Nils find?",
            "Who is reviewing the cache?",
            "When did Maya merge the parser?",
        ],
        [
            "Who merged the cache?",
            "When was the cache merged?",
            "When was version 2.5 released?",
            "Who fixed the bugs?",
            "Who released version 2.4?",
            "When was the export fixed?",
            "Who maintains the billing module?",
            "How many bugs did Leo find?",
            "Who tested the parser?",
            "When did Maya merge the cache?",
            "Who broke the export?",
            "When was the importer tested?",
            "How many bugs did Nils fix?",
            "Who reviewed the parser?",
            "When did Leo test the importer?",
            "How many bugs were fixed?",
        ],
    ),
    (
        """Terms of the gym

Members pay 39 euros per month. Guests pay 8 euros per visit and must be accompanied by a member. Members may bring one guest per week. The sauna is cleaned every Tuesday and cannot be used then.
Lockers are emptied at closing time. We refund the fee if the gym stays closed for more than a week. Refunds were paid in 2020. Trainers are employed by the club Vitalis. Dr Ruth Amsel examines new members on request; she studied sports medicine in Cologne.
The pool has been closed since January and will be reopened by the mayor in September.
""",
        [
            "How much do members pay per month?",
            "How much do guests pay per visit?",
            "When is the sauna cleaned?",
            "Who examines new members?",
            "Where did Ruth Amsel study sports medicine?",
            "When will the pool be reopened?",
            "Who will reopen the pool?",
            "Who employs the trainers?",
            "When are lockers emptied?",
        ],
        [
            "Who cleans the sauna?",
            "Who empties the lockers?",
            "How much do trainers pay?",
            "How many guests does the gym have?",
            "When was the pool reopened?",
            "Who reopened the pool?",
            "Who closed the pool?",
            "When did the gym close?",
            "How many members does the gym have?",
            "Who examines the trainers?",
            "Who accompanies the members?",
            "When can the sauna be used?",
            "How much do members pay per visit?",
            "When are refunds paid?",
            "Who paid the refunds?",
            "When did Ruth Amsel study?",
            "How many trainers are there?",
            "Where does Ruth Amsel live?",
            "Where are lockers emptied?",
        ],
    ),
    (
        """Obituary

Professor Henrik Stoll died in Bergen on 2 August aged 81. Born in Trieste to a Norwegian father, he learned Italian before he spoke Norwegian. He taught at Uppsala from 1969 and succeeded Ingrid Bech as director of the institute in 1984. His student Tove Ness discovered the comet that bears his name. He turned down a chair at Yale. In 1977 he and Carl Rudd founded the journal Perihelion, which Rudd edited until 1990. He is survived by his wife, the cellist Anna Stoll, and two daughters. Anna Stoll founded a choir in 1988.
""",
        [
            "Where did Henrik Stoll die?",
            "When did Henrik Stoll die?",
            "Who discovered the comet?",
            "When did Anna Stoll found a choir?",
            "Who edited the journal until 1990?",
            "Who founded the journal Perihelion?",
        ],
        [
            "Where was Tove Ness born?",
            "When did Henrik Stoll found a choir?",
            "When did Henrik Stoll discover the comet?",
            "When did Anna Stoll die?",
            "Who succeeded Henrik Stoll?",
            "When was the comet discovered?",
            "When did Henrik Stoll edit the journal?",
            "Where did Anna Stoll die?",
            "Who founded the institute?",
            "Who taught at Yale?",
            "When did Ingrid Bech succeed Henrik Stoll?",
            "Where did Tove Ness teach?",
            "Where was the journal founded?",
            "How many daughters does Tove Ness have?",
            "When was Henrik Stoll born?",
            "When did Ingrid Bech die?",
            "Who married Anna Stoll?",
        ],
    ),
    (
        """To all staff: moving day

The movers arrive on Friday at 7:00. Pack your desks by Thursday noon. Iris collects the keys; Goran has ordered 80 boxes, of which 35 were delivered yesterday. The servers are moved by Elko and not by us. Elko moved the archive in May.
The old lease ends on 30 June. The canteen will open in the new building in August. Sales sits on the second floor, Finance on the third. Parking costs 60 euros a month in the old building. Bring your badge. Hanna was asked to label the cables.
""",
        [
            "When do the movers arrive?",
            "Who collects the keys?",
            "How many boxes has Goran ordered?",
            "Who moves the servers?",
            "Who moved the archive?",
            "When does the old lease end?",
            "Where does Sales sit?",
            "When will the canteen open?",
            "When did Elko move the archive?",
        ],
        [
            "Who labelled the cables?",
            "When did the movers arrive?",
            "How many boxes did Iris order?",
            "Who delivered the boxes?",
            "Who packed the desks?",
            "When did the canteen open?",
            "When did Elko move the servers?",
            "How many boxes did Goran deliver?",
            "Where does Finance sit in the old building?",
            "How much does parking cost in the new building?",
            "Who ordered the keys?",
            "When does the new lease end?",
            "Where did Elko move the archive?",
            "When were the boxes ordered?",
            "Who signed the lease?",
            "Who opened the canteen?",
            "How many desks are there?",
            "When are the servers moved?",
        ],
    ),
    (
        """Village shop news

Karin Voss took over the shop from her aunt in 2018. Her aunt opened it in 1979. The shop sells bread from the Lund bakery and buys eggs from two farms. It is closed on Mondays.
Karin's dog Otto was found by the postman in the quarry. The council has offered to buy the building for 210,000 euros. Last year the shop lost 4,000 euros. The freezer was repaired twice; the oven was never repaired. Jan Holt delivers parcels on Tuesdays, and Mia Holt collects them.
""",
        [
            "Who took over the shop?",
            "Who found Otto?",
            "When is the shop closed?",
            "Who delivers parcels?",
            "Who collects parcels?",
            "When does Jan Holt deliver parcels?",
            "How many farms does the shop buy eggs from?",
        ],
        [
            "Who bought the building?",
            "When did Karin Voss open the shop?",
            "Who sells eggs?",
            "When was the oven repaired?",
            "Who repaired the freezer?",
            "When does Mia Holt deliver parcels?",
            "Who lost Otto?",
            "Where does the shop sell bread?",
            "How much did the council pay for the building?",
            "When did Mia Holt deliver parcels?",
            "Where was the freezer repaired?",
            "How much did the shop earn last year?",
            "Who owns the bakery?",
            "When was Otto found?",
            "When does the shop open on Mondays?",
            "Who closed the shop?",
        ],
    ),
    (
        """Expedition log

The party left Nome on 4 July 1911 and reached the camp eleven days later. Dr Sund measured the glacier while Peder Krag drew the map. The glacier had been measured by Russians in 1890. Krag fell ill and was taken to the coast by two hunters. The sledge was lent by the mission. If the ice had held, they would have crossed the bay in August. They crossed the river instead. Sund photographed the seals that Krag had drawn.
""",
        [
            "When did the party leave Nome?",
            "Who measured the glacier?",
            "Who drew the map?",
            "Who lent the sledge?",
            "Who took Krag to the coast?",
        ],
        [
            "When did the party reach Nome?",
            "When did they cross the bay?",
            "Who photographed the glacier?",
            "When did Dr Sund measure the glacier?",
            "Who drew the glacier?",
            "When was the map drawn?",
            "Where was the sledge lent?",
            "Who took the sledge?",
            "When did Krag fall ill?",
            "Where did Krag draw the map?",
            "When did Peder Krag reach the coast?",
            "How many hunters did Krag shoot?",
        ],
    ),
]
